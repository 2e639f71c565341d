from pathlib import Path

import pytest

BACKEND = Path(__file__).parents[4] / "shared/data/colbench/backend_dev.jsonl"
needs_data = pytest.mark.skipif(not BACKEND.exists(), reason=f"the ColBench tasks are not there: {BACKEND}")
