"""Where the published data lie; it may not be shipped, so what needs it skips where it is absent."""

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
LOCOMO = DATA / "locomo" / "locomo_dev.json"
MSC = DATA / "msc" / "msc_dev.jsonl"
KV = DATA / "lost_in_the_middle" / "kv_retrieval_140_dev.jsonl"
NQ = DATA / "lost_in_the_middle" / "nq_open_oracle_dev.jsonl"


def needs(path):
    return pytest.mark.skipif(
        not path.exists(),
        reason=f"{path.name}, which others published, is not part of the project and not in ../shared/data",
    )
