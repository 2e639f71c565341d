import pytest

from tests.recipes.yes_no import make_policy


@pytest.fixture(scope="session")
def either(tmp_path_factory):
    """A policy that says yes or no, each as often."""
    return make_policy(tmp_path_factory.mktemp("either"))
