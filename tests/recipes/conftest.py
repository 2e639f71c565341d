import os

import pytest

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from tests.recipes.yes_no import make_policy


@pytest.fixture(scope="session")
def either(tmp_path_factory):
    """A policy that says yes or no, each as often."""
    import torch

    torch.set_num_threads(1)
    return make_policy(tmp_path_factory.mktemp("either"))
