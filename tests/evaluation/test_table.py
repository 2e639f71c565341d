import io
import json
import random

import pytest
from rich.console import Console

from dulcet.errors import InputError
from dulcet.evaluation.build import build_table
from dulcet.evaluation.table import Table, write_table
from dulcet.evaluation.terminal import rich_table
from dulcet.trajectory import Outcome


@pytest.fixture
def methods(make):
    draw = random.Random(0)
    zero = [make(f"t{i}", float(draw.random() < 0.3)) for i in range(60)]
    better = [make(f"t{i}", 1.0 if one.success or draw.random() < 0.4 else 0.0) for i, one in enumerate(zero)]
    return {"zero_shot": zero, "sweet_rl": better}


def test_the_same_episodes_give_the_same_bytes_in_any_order(methods, tmp_path):
    write_table(tmp_path / "a.json", build_table(methods, seed=1, config={"n": 1}))
    shuffled = {}
    for name, each in methods.items():
        shuffled[name] = [one.model_copy(update={"seconds": random.random()}) for one in each]
        random.shuffle(shuffled[name])
    write_table(tmp_path / "b.json", build_table(shuffled, seed=1, config={"n": 1}))
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_what_the_file_holds(methods, tmp_path):
    write_table(tmp_path / "table.json", build_table(methods, seed=1, seeds={"tasks": 5}))
    written = json.loads((tmp_path / "table.json").read_text())
    assert written["format"] == "dulcet.table/1"
    assert list(written["methods"]) == ["zero_shot", "sweet_rl"]
    row = written["methods"]["sweet_rl"]
    low, high = row["success_interval"]
    assert low < row["success"] < high and row["episodes"] == 60
    assert written["simulator"] == {"kind": "scripted", "name": "scripted", "version": 1}
    assert written["seeds"]["run"] == 1 and written["seeds"]["tasks"] == 5
    assert Table.read(tmp_path / "table.json") == build_table(methods, seed=1, seeds={"tasks": 5})


def test_a_paired_difference_is_tested_on_the_tasks(methods):
    table = build_table(methods, seed=1)
    success = table.comparison("sweet_rl", "zero_shot", "success")
    assert success and success.tasks == 60 and success.test == "mcnemar_exact"
    gained = sum(a.success and not b.success for a, b in zip(methods["sweet_rl"], methods["zero_shot"], strict=True))
    assert success.p == pytest.approx(2 * 0.5**gained, rel=1e-5)  # nothing was lost
    assert success.difference == pytest.approx(gained / 60, abs=1e-6)
    assert success.interval[0] > 0
    turned = table.comparison("zero_shot", "sweet_rl", "success")
    assert turned and turned.difference == -success.difference and turned.interval[1] == -success.interval[0]


def test_several_episodes_of_a_task_are_tested_by_sign_flips(make):
    methods = {
        name: [make(f"t{i}", float((i + e + shift) % 3 == 0), episode=e) for i in range(20) for e in range(2)]
        for shift, name in enumerate(("zero_shot", "sweet_rl"))
    }
    assert {one.test for one in build_table(methods, seed=0).comparisons} == {"sign_flip"}


def test_methods_without_a_common_task_are_not_compared(make):
    table = build_table({"a": [make("x")], "b": [make("y", 0.0)]}, seed=0)
    assert table.comparisons == []


def test_a_method_whose_every_episode_failed_has_no_numbers(make):
    broken = [make("x", None, outcome=Outcome.AGENT_FAILED)]
    row = build_table({"a": [make("x")], "b": broken}, seed=0).methods["b"]
    assert (row.episodes, row.failed, row.success, row.success_interval) == (0, 1, None, None)


def test_different_people_do_not_belong_in_one_table(make):
    with pytest.raises(InputError, match="the person was not the same"):
        build_table({"a": [make("x")], "b": [make("x", human="language_model")]}, seed=0)


def test_table_that_cannot_be_read_names_file_and_field(tmp_path):
    path = tmp_path / "table.json"
    path.write_text('{"methods": 3}')
    with pytest.raises(InputError, match=r"table.json: field 'methods'"):
        Table.read(path)
    path.write_text("{")
    with pytest.raises(InputError, match=r"table.json: not JSON"):
        Table.read(path)


def test_shown_at_the_terminal(methods):
    console = Console(width=140, file=io.StringIO())
    console.print(rich_table(build_table(methods, seed=1)))
    text = console.file.getvalue()
    assert "sweet_rl" in text and "[" in text and "Person: scripted. Seed 1." in text


def test_seeds_of_separate_evaluations_are_said_as_they_are(methods, tmp_path):
    first, second, *_ = methods
    mixed = {first: methods[first], second: [one.model_copy(update={"seed": 9}) for one in methods[second]]}
    table = build_table(mixed, seed=9)
    assert table.methods[second].seeds == (9,) and table.methods[first].seeds == (0,)
    console = Console(width=140, file=io.StringIO())
    console.print(rich_table(table))
    assert f"Seeds: {first} 0, {second} 9." in console.file.getvalue()
