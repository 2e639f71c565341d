import ast
from collections import Counter

import pytest

from dulcet.benchmarks.backend.grader import Grader
from dulcet.benchmarks.backend.synthesis import synthesise
from dulcet.benchmarks.backend.synthesis.checks import mutants
from dulcet.benchmarks.backend.synthesis.draft import FAMILIES
from dulcet.benchmarks.backend.synthesis.make import hand_written, split_of
from dulcet.benchmarks.task_file import load_tasks, write_tasks
from dulcet.errors import InputError
from dulcet.humans.facts import arguments


def values(task) -> list[str]:
    """What the reference returns for each check, as text that keeps types apart."""
    space: dict[str, object] = {}
    exec(task.hidden, space)
    return [repr(eval(check, space)) for check in task.checks]


@pytest.fixture(scope="module", params=[1, 3, 5])
def tasks(request):
    return synthesise(120, seed=11, difficulty=request.param)


def test_there_are_at_least_twelve_families_and_all_are_used(tasks) -> None:
    assert len(FAMILIES) >= 12
    assert {task.meta["family"] for task in tasks} == set(FAMILIES)


def test_no_constant_answer_passes_half_of_the_checks(tasks) -> None:
    for task in [*tasks, *hand_written()]:
        assert len(task.checks) == 10
        assert Counter(values(task)).most_common(1)[0][1] < 5, task


def test_references_are_short_and_their_signature_is_in_the_request(tasks) -> None:
    for task in tasks:
        assert 2 <= len(task.hidden.splitlines()) <= 12
        assert task.prompt.endswith(task.hidden.splitlines()[0].rstrip(":"))
        assert all(line.strip() not in task.prompt for line in task.hidden.splitlines()[1:])


def test_references_pass_and_nearly_right_answers_fail(tasks) -> None:
    some = tasks[::6]
    nearly = [(task, wrong) for task in some for wrong in list(mutants(task.hidden))[:6]]
    with Grader(workers=2) as grader:
        assert all(grade.success for grade in grader.grade_many([(task, task.hidden) for task in some]))
        wrong = [grade.success for grade in grader.grade_many(nearly)]
    assert sum(wrong) <= 0.15 * len(wrong), "mutants that behave like the reference are rare"


def test_deterministic_distinct_and_disjoint() -> None:
    first = synthesise(200, seed=3)
    assert first == synthesise(200, seed=3)
    assert first[:50] == synthesise(50, seed=3)
    assert len({task.hidden for task in first}) == 200
    test = synthesise(200, seed=4, split="test")
    assert not {task.hidden for task in first} & {task.hidden for task in test}
    assert {split_of(task.hidden) for task in test} == {"test"}


def test_thousands_are_to_be_had() -> None:
    assert len(synthesise(2500, seed=0)) == 2500


def test_harder_tasks_have_more_to_ask_about() -> None:
    def constants(difficulty: int) -> float:
        made = synthesise(100, seed=1, difficulty=difficulty)
        return sum(isinstance(node, ast.Constant) for task in made for node in ast.walk(ast.parse(task.hidden))) / 100

    assert constants(1) < constants(3) < constants(5)


@pytest.mark.parametrize("difficulty", [1, 4])
def test_rules_are_checked_in_the_order_of_the_signature(difficulty) -> None:
    """No fact says which rule comes first: an agent that was told everything must be able to know."""
    for task in synthesise(30, seed=5, difficulty=difficulty, families=["gate"]):
        names = arguments(task.hidden)
        rules = [line.split()[1] for line in task.hidden.splitlines() if line.startswith("    if ")]
        assert rules == sorted(rules, key=names.index) and len(rules) >= 2


def test_the_tribe_is_there() -> None:
    assert any(task.id == "hand-tribe" for task in hand_written())


def test_written_and_read_they_are_the_same(tmp_path) -> None:
    made = synthesise(20, seed=2)
    write_tasks(tmp_path / "tasks.jsonl", made)
    assert load_tasks(tmp_path / "tasks.jsonl") == made


@pytest.mark.parametrize(
    ("options", "said"),
    [({"families": ["nope"]}, "no family"), ({"difficulty": 9}, "dial")],
)
def test_what_cannot_be_made_is_said(options, said) -> None:
    with pytest.raises(InputError, match=said):
        synthesise(options.pop("count", 10), seed=0, **options)
