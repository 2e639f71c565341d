import json
import re
import shutil
import sys
from html.parser import HTMLParser

import pytest

from dulcet.errors import InputError, MissingDependencyError
from dulcet.evaluation.build import build_table
from dulcet.evaluation.table import Table, write_table
from dulcet.report.markdown import section
from dulcet.report.page import page, write_report
from dulcet.report.plots import running_mean
from dulcet.report.results import read_results
from dulcet.report.run_folder import read_run
from dulcet.rollout.collect import load
from dulcet.trajectory import Outcome

VOID = {"meta", "br", "col", "hr"}


class Reader(HTMLParser):
    """What a browser would make of the page: elements, attributes, text; complains about tags that do not match."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.text, self.open = [], [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, key, value or "") for key, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def html(whole_run, tmp_path_factory):
    return write_report(whole_run, tmp_path_factory.mktemp("page") / "r.html").read_text("utf-8")


def test_everything_is_on_the_page(html):
    text = "".join(Reader(html).text)
    for heading in (
        "Results",
        "Asking and answering",
        "The order, step by step",
        "What each method spent",
        "Best-of-N",
        "Learning curves",
        "Before and after",
        "Conditions",
    ):
        assert heading in text
    assert (
        "With SWEET-RL, the answer passed all hidden tests in " in text
        and "scripted · version 1" in text
        and "run 7" in text
    )
    assert "Held out accuracy" in text and "0.8125" in text
    assert "only SWEET-RL succeeds" in text and "hidden tests passed" in text
    assert "What only the person knew" in text
    assert "left out below" not in text


def test_what_was_played_is_said_as_it_was(run_copy):
    """Two evaluations with seeds of their own, no training, and an episode that failed."""
    shutil.rmtree(run_copy / "train")
    plays = {name: load(run_copy / f"evaluate/{name}.jsonl") for name in ("zero_shot", "sweet_rl")}
    plays["sweet_rl"] = [one.model_copy(update={"seed": 5}) for one in plays["sweet_rl"]]
    broken = {"outcome": Outcome.TIME_LIMIT, "answer": None, "grade": None}
    plays["sweet_rl"][0] = plays["sweet_rl"][0].model_copy(update=broken)
    table = build_table(plays, seed=5, benchmark="frontend")
    write_table(run_copy / "table.json", table)
    text = "".join(Reader(page(read_run(run_copy))).text)
    assert "Zero-shot 7 · SWEET-RL 5" in text and "run 5" not in text
    assert "60 for each method (1 failed in all)" in text
    assert "With SWEET-RL, the page looks like the one in mind" in text
    assert "training won" not in text and "Side by side" in text and "Before and after" not in text
    assert "- Seeds: Zero-shot 7, SWEET-RL 5, bootstrap" in section(read_results(run_copy), "", {})


def test_the_page_asks_nothing_of_the_network(html):
    assert not re.search(r"https?:|//[a-z]|url\((?!#)|@import", html)
    page = Reader(html)
    assert all(value.startswith("#") for _, key, value in page.attributes if key in ("href", "src", "xlink:href"))
    assert {"script", "link", "iframe", "img", "object", "base", "form"}.isdisjoint(page.tags)
    assert (
        "meta",
        "content",
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'",
    ) in (page.attributes)


def test_what_a_model_writes_stays_text(hostile_run, tmp_path):
    page = Reader(write_report(hostile_run, tmp_path / "r.html").read_text("utf-8"))
    assert "<script>fetch(" in "".join(page.text)  # it is there, to be read
    assert {"script", "img"}.isdisjoint(page.tags)
    assert not [key for _, key, _ in page.attributes if key.startswith("on")]
    assert "[U+202E]" in "".join(page.text)


def test_hostile_names_of_files_and_methods_stay_text(run_copy, tmp_path):
    odd = "x<img src=a onerror=b>$y_{"
    shutil.copy(run_copy / "evaluate/sweet_rl.jsonl", run_copy / f"evaluate/{odd}.jsonl")
    stage = run_copy / "train" / odd
    stage.mkdir()
    shutil.copy(run_copy / "train/sweet_rl/policy/metrics.jsonl", stage)
    assert "img" not in Reader(write_report(run_copy, tmp_path / "r.html").read_text("utf-8")).tags


def test_the_same_run_gives_the_same_bytes(whole_run, html, tmp_path):
    assert write_report(whole_run, tmp_path / "again.html").read_text("utf-8") == html


def test_ids_are_not_used_twice_for_different_things(html):
    found = dict.fromkeys(re.findall(r'id="[^"]+"', html))
    for name in found:
        bodies = set(re.findall(rf"<(?:path|clipPath) {re.escape(name)}.*?(?:/>|</clipPath>)", html, flags=re.S))
        assert len(bodies) <= 1


@pytest.mark.parametrize(
    "piece",
    [
        *("config.json", "table.json", "tasks", "evaluate", "train", "best_of_n", "advantages", "critic", "costs.json"),
    ],
)
def test_a_missing_piece_is_left_out_and_named(run_copy, piece, tmp_path):
    path = run_copy / piece
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    text = "".join(Reader(write_report(run_copy, tmp_path / "r.html").read_text("utf-8")).text)
    assert f"left out below: {'tasks/test.jsonl' if piece == 'tasks' else piece}" in text


def test_runs_of_earlier_versions_have_one_critic(run_copy):
    for name in ("best_of_n", "critic"):
        (run_copy / f"{name}/sweet_rl.json").rename(run_copy / f"{name}.json")
        (run_copy / name).rmdir()
    text = "".join(Reader(page(read_run(run_copy))).text)
    assert "Best-of-N with the critic" in text and "0.8125" in text and "left out below" not in text


def test_what_was_stopped_is_said_with_the_reason(run_copy):
    table = Table.read(run_copy / "table.json").model_copy(update={"stopped": {"grpo": "replies shrank to <4 tokens"}})
    write_table(run_copy / "table.json", table)
    text = "".join(Reader(page(read_run(run_copy))).text)
    assert "GRPO: replies shrank to <4 tokens" in text
    assert "- GRPO: replies shrank to <4 tokens" in section(read_results(run_copy), "", {})


def test_a_run_that_only_trained_so_far(run_copy):
    for piece in ("table.json", "config.json"):
        (run_copy / piece).unlink()
    for piece in ("tasks", "evaluate", "advantages", "best_of_n", "critic"):
        shutil.rmtree(run_copy / piece)
    assert "Learning curves" in write_report(run_copy).read_text("utf-8")
    shutil.rmtree(run_copy / "train")
    with pytest.raises(InputError, match="nothing to report yet"):
        write_report(run_copy)


def test_steps_without_numbers_are_skipped(run_copy):
    with (run_copy / "train/sweet_rl/policy/metrics.jsonl").open("a") as file:
        for value in (None, "x", float("nan"), True):
            file.write(json.dumps({"step": 500, "loss": value}) + "\n")
    write_report(run_copy)


@pytest.mark.parametrize(
    ("piece", "content", "message"),
    [
        ("table.json", "{", r"table.json: not JSON"),
        ("best_of_n/sweet_rl.json", '{"points": [{"n": 1}]}', r"sweet_rl.json: field 'points.0.success'"),
        ("advantages/sweet_rl.jsonl", '{"task_id": 3}\n', r"sweet_rl.jsonl:1: field 'task_id'"),
        ("critic/sweet_rl.json", '{"quality": {"spearman": 3}}', r"sweet_rl.json: its 'quality' is not one"),
        ("critic/sweet_rl.json", "[]", r"sweet_rl.json: not a JSON object"),
        ("costs.json", '{"sweet_rl": {"episodes": "x"}}', r"costs.json: field 'episodes'"),
    ],
)
def test_a_broken_piece_is_an_error_that_names_it(run_copy, piece, content, message):
    (run_copy / piece).write_text(content)
    with pytest.raises(InputError, match=message):
        write_report(run_copy)


def test_no_such_folder(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        write_report(tmp_path / "nowhere")


def test_without_matplotlib(whole_run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'dulcet\[report\]'"):
        write_report(whole_run, tmp_path / "r.html")


def test_running_mean():
    assert running_mean([]) == []
    assert running_mean([1.0, 2.0, 6.0]) == [1.5, 3.0, 4.0]
