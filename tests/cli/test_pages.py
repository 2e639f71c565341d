"""The commands on pages: a real browser, the scripted designer, and a server that says what the agent says."""

import json
import os
import re
import subprocess
import sys
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from dulcet.benchmarks.frontend.browser import parts
from dulcet.benchmarks.open import open_benchmark
from dulcet.benchmarks.task_file import load_tasks
from dulcet.cli import main
from dulcet.models import house_model
from dulcet.report.page import write_report
from dulcet.rollout.collect import load
from tests.benchmarks.frontend.eyes import needs_browser
from tests.models.stub import completion, serve

pytest.importorskip("openai", reason="openai is not installed: pip install 'dulcet[endpoint]'")
pytestmark = needs_browser


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("pages") / "pages.jsonl"
    assert (
        main(["tasks", "make", "--benchmark", "frontend", "--out", str(path), "--count", "2", "--split", "test"]) == 0
    )
    return path


def as_agent(stub, out):
    return ["--out", str(out), "--model", "some", "--base-url", stub.url, "--parallel", "1"]


def written(task):
    """The page in mind in the dialect."""
    return open_benchmark("frontend").for_critic(task).hidden


def test_an_episode_is_shown_described_amended_and_graded(made, tmp_path, capsys):
    task = load_tasks(made)[0]
    right = written(task)
    wrong = right.replace(right.splitlines()[-1], "footer white centred | Nothing of the kind")
    script = [completion(f"Hm. OUTPUT:\n{wrong}"), completion(f"OUTPUT:\n{right}"), completion("I WANT TO ANSWER:")]
    with serve(*script) as stub:
        assert main(["collect", str(made), "--limit", "1", *as_agent(stub, tmp_path / "e.jsonl")]) == 0
    (run,) = load(tmp_path / "e.jsonl")
    assert (run.outcome.value, run.answer, run.reward, run.success) == ("answered", right, 1.0, True)
    assert run.human["name"] == "scripted designer" and len(run.turns) == 3
    assert "Nothing of the kind" in run.turns[0].reply and len(run.turns[0].reply) <= 1000
    assert run.turns[0].leaks == 0 and "Hm." not in run.turns[0].content
    told = stub.requests[0]["messages"][0]["content"]
    assert "web designer" in told and "at most 10 messages" in told
    assert "similarity 100.0%, success 100.0%" in capsys.readouterr().out


def test_methods_are_compared_by_similarity_and_wins_and_looked_at(made, tmp_path, capsys):
    tasks = load_tasks(made)
    for name, say in (("zero_shot", written(tasks[1])), ("sweet_rl", written(tasks[0]))):
        with serve(completion(f"I WANT TO ANSWER:\n{say}")) as stub:
            words = ["evaluate", str(made), "--name", name, *as_agent(stub, tmp_path / "run")]
            rival = ["--against", str(tmp_path / "run/evaluate/zero_shot.jsonl")] if name == "sweet_rl" else []
            assert main([*words, *rival]) == 0
    assert "wins %" in capsys.readouterr().out
    table = json.loads((tmp_path / "run/table.json").read_text())
    assert table["benchmark"] == "frontend" and table["methods"]["zero_shot"]["win_rate"] == 0.5
    assert table["methods"]["sweet_rl"]["win_rate"] == 0.5  # one page better, the other worse
    assert load_tasks(tmp_path / "run/tasks/test.jsonl") == tasks
    page = write_report(tmp_path / "run").read_text()
    assert page.count("<img ") == 6 and page.count("data:image/png;base64,") == 6
    assert "Similarity" in page and "Tests passed" not in page and len(list((tmp_path / "run/pictures").iterdir())) == 4
    assert "<html" not in page.replace('<html lang="en">', "", 1) and "not in this folder" not in page
    (tmp_path / "run/tasks/test.jsonl").unlink()
    page = write_report(tmp_path / "run").read_text()
    assert page.count('<p class="nothing">not in this folder</p>') == 2 and page.count("<img ") == 4
    assert '<p class="nothing">no page</p>' not in page


def test_without_a_browser_nothing_is_played(made, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(parts, "folder", lambda: tmp_path)
    reproduce = ["reproduce", "--preset", "frontend", "--model", str(tmp_path), "--out", str(tmp_path / "run")]
    with serve(completion("hero red | Hello")) as stub:
        for words in (
            ["collect", str(made), *as_agent(stub, tmp_path / "e.jsonl")],
            ["evaluate", str(made), *as_agent(stub, tmp_path / "run")],
            ["grade", str(made)],
            reproduce,
        ):
            assert main(words) == 6
            last = capsys.readouterr().err.splitlines()[-1]
            assert "are missing" in last and last.endswith("Run: dulcet browser install")
        assert not stub.requests
    assert [path.name for path in tmp_path.iterdir()] == []


def test_no_house_model_for_pages_is_one_line_with_what_to_do(made, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(house_model.FOLDERS, "frontend", "nowhere")
    assert main(["collect", str(made), "--out", str(tmp_path / "e.jsonl")]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    (build,) = re.findall(r"dulcet (house build [^,]*)", last)
    assert main([*build.replace("FOLDER", str(tmp_path / "house")).split(), "--dialogues", "0"]) == 2
    assert "Missing" not in (said := capsys.readouterr().err) and "dialogues" in said
    assert "--model FOLDER/habits/model" in last


def test_grade_and_check_know_a_file_of_pages(made, tmp_path, capsys):
    out = tmp_path / "grades.json"
    assert main(["grade", str(made), "--json", str(out)]) == 0
    assert "2 of 2 pass, 100.0% similar on average" in capsys.readouterr().out
    assert [row["outcome"] for row in json.loads(out.read_text())["results"]] == ["alike", "alike"]
    assert main(["tasks", "check", str(made)]) == 0
    assert "2 tasks, 2 pages, 0 bad lines" in capsys.readouterr().out


def test_a_talk_is_watched(made, capsys):
    with serve(completion("I WANT TO ANSWER:\nhero red | Hello")) as stub:
        assert main(["talk", str(made), "--watch", "--model", "some", "--base-url", stub.url]) == 0
    said = capsys.readouterr().out
    assert "Similarity:" in said and "hero red" in said and "The hidden page" not in said


def test_files_of_two_benchmarks_and_unknown_ones_are_refused(made, tmp_path, capsys):
    both = tmp_path / "both.jsonl"
    function = {"problem_description": "f", "ground_truth": "def f(): return 1", "test_cases": ["f()"]}
    both.write_text(made.read_text() + json.dumps(function) + "\n")
    assert main(["grade", str(both)]) == 2
    assert "several benchmarks: frontend, backend" in capsys.readouterr().err
    both.write_text(json.dumps({**function, "benchmark": "cooking"}) + "\n")
    assert main(["grade", str(both)]) == 2
    assert "field 'benchmark': there is no benchmark 'cooking'" in capsys.readouterr().err


def test_you_are_the_person_in_your_browser(made):
    """A process of its own; you look at the address that it names, and answer there."""
    script = [completion("hero red | Hello"), completion("I WANT TO ANSWER:")]
    with serve(*script) as stub:
        words = ["talk", str(made), "--model", "some", "--base-url", stub.url]
        environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        command = [sys.executable, "-m", "dulcet", *words]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        ) as talk:
            url = next(line for line in talk.stderr if "http://127.0.0.1" in line).split()[-1]
            page = urlopen(url, timeout=30).read().decode()
            turn = re.search(r'name="turn" value="(\d+)"', page)[1]
            urlopen(url + "reply", urlencode({"turn": turn, "reply": "More blue.", "do": "send"}).encode(), timeout=30)
            said, _ = talk.communicate(timeout=120)
    assert talk.returncode == 0 and "answered after 2 messages" in said and "Only you know" not in said
    assert stub.requests[1]["messages"][-1]["content"] == "More blue."
