import os

import pytest

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

from tests.tiny import make_tiny_llama
from tests.training.samples import MAX_TOKENS


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    return make_tiny_llama(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def encoder(tiny):
    from dulcet.models.loading import load_tokenizer
    from dulcet.training.encoding import Encoder

    return Encoder(load_tokenizer(tiny), MAX_TOKENS)
