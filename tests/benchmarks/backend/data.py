from pathlib import Path

import pytest

BACKEND = Path(__file__).parents[4] / "shared/data/colbench/backend_dev.jsonl"
needs_data = pytest.mark.skipif(
    not BACKEND.exists(),
    reason="ColBench's tasks, whose licence keeps them out of the project, are not in ../shared/data",
)
