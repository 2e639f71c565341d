"""Which benchmark a row, a file or a name belongs to."""

import json
import subprocess
import sys

import pytest

from dulcet.benchmarks.open import BENCHMARKS, benchmark_of, benchmark_of_row, open_benchmark
from dulcet.benchmarks.task_file import load_tasks, write_tasks
from dulcet.errors import InputError
from dulcet.humans.guard import LEAK_CHECKS, leak_check
from dulcet.humans.open import PEOPLE, HumanSpec, open_human
from dulcet.models.house_model import FOLDERS
from tests.scripted import make_page_task, make_task

FUNCTION = {"problem_description": "f", "ground_truth": "def f(): return 1", "test_cases": ["f()"]}
PAGE = {"problem_description": "p", "ground_truth": "<html><body>Hello</body></html>"}


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (FUNCTION, "backend"),
        (PAGE, "frontend"),
        ({"llm_generated_idea": "p", "text": "<html></html>"}, "frontend"),
        ({**PAGE, "benchmark": "backend"}, "backend"),
        ({"problem_description": "who knows"}, "backend"),
    ],
)
def test_a_row_says_what_it_is_or_looks_like_it(row, name):
    assert benchmark_of_row(row, "here").name == name


def test_an_unknown_name_is_an_error_that_names_the_others():
    with pytest.raises(InputError, match=r"no benchmark 'cooking'.*backend, frontend"):
        open_benchmark("cooking")
    with pytest.raises(InputError, match=r"line 3.*field 'benchmark'.*\['a'\]"):
        benchmark_of_row({"benchmark": ["a"]}, "line 3")


def test_tasks_of_two_benchmarks_do_not_go_together():
    assert benchmark_of([]).name == "backend"
    with pytest.raises(InputError, match="several benchmarks"):
        benchmark_of([make_task(), make_page_task()])


def test_a_file_gives_back_what_was_written(tmp_path):
    for tasks in ([make_task(1), make_task(2)], [make_page_task(1), make_page_task(2)]):
        write_tasks(tmp_path / "tasks.jsonl", tasks)
        assert load_tasks(tmp_path / "tasks.jsonl") == tasks
    assert json.loads((tmp_path / "tasks.jsonl").read_text().splitlines()[0])["benchmark"] == "frontend"


def test_every_benchmark_has_its_people_its_leak_check_and_a_place_for_its_house_model():
    assert BENCHMARKS.keys() == PEOPLE.keys() == LEAK_CHECKS.keys() == FOLDERS.keys()
    for name in BENCHMARKS:
        benchmark = open_benchmark(name)
        assert benchmark.name == name and {"default", "single-turn", "none"} <= benchmark.prompts.keys()
        assert leak_check(name)("Nothing to see here.", "hidden") is None
        assert {"scripted", "model", "terminal"} <= PEOPLE[name].keys()
        for kind in ("scripted", "terminal"):
            assert open_human(HumanSpec(human=kind), name).identity["kind"]


def test_only_what_is_used_is_imported():
    probe = (
        "import sys; from dulcet.benchmarks.open import open_benchmark; open_benchmark('backend');"
        "print([name for name in sys.modules if 'frontend' in name or name in ('playwright', 'numpy', 'PIL')])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
