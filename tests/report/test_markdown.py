"""The page of Markdown about one or several experiments, from whole runs' folders."""

import json
import re
import shutil
import xml.etree.ElementTree as ElementTree

import pytest

from dulcet.cli import main
from dulcet.errors import InputError
from dulcet.report.results import read_results
from dulcet.report.results_page import sections, write_results


def test_every_method_has_a_row_and_the_conditions_are_named(run_copy, tmp_path):
    out = tmp_path / "results.md"
    assert main(["report", str(run_copy), "--out", str(tmp_path / "page.html"), "--markdown", str(out)]) == 0
    text = out.read_text()
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0] for row in rows[2:7]] == [
        "| Zero-shot", "| Single-turn", "| Rejection fine-tuning", "| Multi-turn DPO", "| SWEET-RL",
    ]  # fmt: skip
    assert "tests passed %" in rows[0] and "against Zero-shot" in text and "against SWEET-RL" in text
    assert "- Person: scripted" in text and "run 7" in text and "    dulcet reproduce --preset demo --seed 7" in text
    assert "Some CPU, 2 cores, python 3.12.1" in text
    assert "| SWEET-RL | 18.0 [10.0, 26.0] |" in text and "| 44.0 [36.0, 52.0] |" in text  # Best-of-N
    assert "| SWEET-RL | 0.812 | 0.420 [0.31, 0.53] | 0.070 | " in text  # the critic
    assert "| SWEET-RL | 480 | 25,600 | 31,000 | 500,000 | 1.5 | – | 1.6 |" in text
    assert "| SWEET-RL over Multi-turn DPO | " in text and "| holds |" in text


def test_amounts_of_data_are_set_side_by_side(run_copy, tmp_path):
    sizes = {"rejection_fine_tuning": 75, "multi_turn_dpo": 150}
    config = json.loads((run_copy / "config.json").read_text())
    config["settings"] = {name: {"method": "sweet_rl", "data": {"tasks": size}} for name, size in sizes.items()}
    (run_copy / "config.json").write_text(json.dumps(config))
    write_results([run_copy], tmp_path / "results.md")
    text = (tmp_path / "results.md").read_text()
    rows = read_results(run_copy).table.methods
    sides = [f"{100 * rows[name].success:.1f} [" for name in sizes]
    line = next(
        line for line in text.partition("| success % | 75 tasks | 150 tasks |")[2].splitlines() if "SWEET" in line
    )
    assert [cell[: len(side)] for cell, side in zip(line.split(" | ")[1:], sides, strict=True)] == sides
    assert "| against " not in text


def test_several_runs_are_sections_with_drawings_beside_the_page(run_copy, tmp_path):
    other = tmp_path / "ablations"
    shutil.copytree(run_copy, other)
    out = tmp_path / "docs/results.md"
    write_results([run_copy, other], out)
    text = out.read_text()
    assert text.count("\n## ") == 2
    files = re.findall(r"!\[[^]]+\]\(([^)]+)\)", text)
    assert len(files) == 4
    for file in files:
        drawing = (out.parent / file).read_text()
        assert ElementTree.fromstring(drawing).tag == "{http://www.w3.org/2000/svg}svg"
        used, known = set(re.findall(r"var\((--[\w-]+)\)", drawing)), set(re.findall(r"(--[\w-]+):", drawing))
        assert used <= known and "http" not in drawing.replace("http://www.w3.org/2000/svg", "")


def test_what_a_person_wrote_stays_and_all_else_is_made_anew(run_copy, tmp_path):
    out = tmp_path / "results.md"
    write_results([run_copy], out)
    plain = out.read_text()
    read = "It held.\n\nMostly: \\1 of 4 steps."
    first, mark, rest = plain.partition("<!-- reading of copy: kept when the page is written again -->\n")
    assert mark
    out.write_text(f"{first}{mark}{read}\n{rest}".replace("44.0 [36.0", "99.9 [99.9"))
    write_results([run_copy], out)
    assert out.read_text() == f"{first}{mark}{read}\n{rest}"


def test_sections_of_other_runs_stay_in_their_place(run_copy, tmp_path):
    other, last, out = tmp_path / "ablations", tmp_path / "my data", tmp_path / "results.md"
    for path in (other, last):
        shutil.copytree(run_copy, path)
    write_results([run_copy, other], out)
    written = out.read_text().replace("## Demo", "## Demo that is gone").replace("44.0 [36.0", "99.9 [99.9")
    out.write_text(written)
    shutil.rmtree(run_copy)
    write_results([last, other], out)
    text = out.read_text()
    first, second = (at.start() for at in re.finditer(r"^## ", written, re.M))
    assert text.startswith(written[:second]) and "99.9 [99.9" in written[first:second]
    rest = text.removeprefix(written[:second])
    assert (
        rest.count("reading of ablations:") == rest.count("reading of my data:") == 1 and rest.count("44.0 [36.0") == 2
    )
    assert [name for name in ("copy", "ablations", "my data") if f"reading of {name}:" in text] == list(sections(text))


def test_what_was_taken_from_another_run_is_named(run_copy, tmp_path):
    other = {"run": "full", "rows": ["zero_shot", "sweet_rl"], "machine": {"processor": "Another CPU", "cores": 4}}
    (run_copy / "reused.json").write_text(json.dumps(other))
    write_results([run_copy], tmp_path / "results.md")
    text = (tmp_path / "results.md").read_text()
    assert "- Made once: Zero-shot, SWEET-RL, taken from the run `full`" in text
    assert "python 3.12.1; Another CPU, 4 cores" in text


def test_two_runs_of_one_preset_have_headings_of_their_own(run_copy, tmp_path):
    for name in ("demo", "every_row"):
        shutil.copytree(run_copy, tmp_path / name)
    write_results([tmp_path / "demo", tmp_path / "every_row"], tmp_path / "results.md")
    headings = re.findall(r"^## (.*)", (tmp_path / "results.md").read_text(), re.M)
    assert headings == [headings[0], f"{headings[0]}: every row"]


def test_two_folders_of_one_name_would_share_their_reading(run_copy, tmp_path):
    other = tmp_path / "elsewhere" / run_copy.name
    shutil.copytree(run_copy, other)
    with pytest.raises(InputError, match="one name"):
        write_results([run_copy, other], tmp_path / "results.md")


def test_without_a_table_there_is_nothing_to_write(run_copy):
    (run_copy / "table.json").unlink()
    with pytest.raises(InputError, match="no table yet"):
        read_results(run_copy)
