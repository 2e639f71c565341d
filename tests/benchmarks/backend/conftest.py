import pytest

from dulcet.benchmarks.backend.grader import Grader
from dulcet.benchmarks.task_file import load_tasks
from tests.benchmarks.backend.data import BACKEND


@pytest.fixture(scope="session")
def real_tasks():
    return load_tasks(BACKEND)


@pytest.fixture(scope="session")
def grader():
    with Grader() as grader:
        yield grader
