"""The table as Markdown, from a whole run's folder."""

import pytest

from dulcet.cli import main
from dulcet.errors import InputError
from dulcet.report.markdown import markdown
from dulcet.report.run_folder import read_run


def test_every_method_has_a_row_and_the_conditions_are_named(run_copy, tmp_path):
    out = tmp_path / "results.md"
    assert main(["report", str(run_copy), "--out", str(tmp_path / "page.html"), "--markdown", str(out)]) == 0
    text = out.read_text()
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0] for row in rows[2:7]] == [
        "| Zero-shot", "| Single-turn", "| Rejection fine-tuning", "| Multi-turn DPO", "| SWEET-RL",
    ]  # fmt: skip
    assert "tests passed %" in rows[0] and "against Zero-shot" in text and "p" in rows[-1]
    assert "- Person: scripted" in text and "run 7" in text and "--preset demo --seed 7" in text
    assert "Best of 16: success 44.0 [36.0, 52.0] %" in text and "right order: 81.2 %" in text


def test_without_a_table_there_is_nothing_to_write(run_copy):
    (run_copy / "table.json").unlink()
    with pytest.raises(InputError, match="no table yet"):
        markdown(read_run(run_copy))
