"""What the table says: means over what counts, by category, with intervals, and what was left out."""

import pytest

from dulcet.benchmarks.memory.judge import Verdict
from dulcet.benchmarks.memory.locomo import ANSWERABLE
from dulcet.benchmarks.memory.suite import Suite
from dulcet.evaluation.memory.answers import Answer
from dulcet.evaluation.memory.table import build_table
from dulcet.evaluation.memory.terminal import tables
from dulcet.trajectory import Outcome

IDENTITY = {"w": {"kind": "full_context"}}


def answer(question, value, *, outcome=Outcome.ANSWERED, category="one", history=None):
    scores = {} if value is None else {"f1": value}
    return Answer(
        question=question,
        history=history or question,
        category=category,
        asked="?",
        outcome=outcome,
        reply=None if value is None else "x" * (outcome is Outcome.ANSWERED),
        seen=(),
        scores=scores,
        completions=1,
        prompt_tokens=7,
    )


def table(answers, task="dmr", histories=3, **more):
    suite = Suite(task, {f"h{n}": None for n in range(histories)}, tuple(answers), {})
    return build_table(suite, {"w": answers}, IDENTITY, seed=0, **more)


def test_what_did_not_fit_is_in_no_mean():
    answers = [answer("a", 1.0), answer("b", 0.5), answer("c", None, outcome=Outcome.CONTEXT_OVERFLOW)]
    way = table(answers).ways["w"]
    estimate = way.measures["f1"]["all"]
    assert (estimate.mean, estimate.questions, way.questions) == (0.75, 2, 2)
    assert 0.5 <= estimate.interval[0] <= 0.75 <= estimate.interval[1] <= 1.0
    assert way.not_put == {"context_overflow": 1}


def test_an_answer_that_is_none_counts():
    way = table([answer("a", 1.0), answer("b", 0.0, outcome=Outcome.NO_ANSWER)]).ways["w"]
    assert way.measures["f1"]["all"].mean == 0.5 and way.outcomes == {"answered": 1, "no_answer": 1}


def test_only_verdicts_are_judged():
    answers = [answer(name, 1.0) for name in "abc"]
    labels = {"a": "correct", "b": "wrong", "c": "unparseable"}
    verdicts = {name: Verdict(question=name, label=label, said="") for name, label in labels.items()}
    way = table(answers, verdicts={"w": verdicts}, judge={"kind": "judge"}).ways["w"]
    assert way.measures["judged"]["all"].mean == 0.5 and way.measures["judged"]["all"].questions == 2
    assert way.verdicts == {"correct": 1, "unparseable": 1, "wrong": 1}


def test_the_headline_of_locomo_leaves_the_adversarial_out():
    answers = [answer("a", 1.0, category="1 multi-hop"), answer("b", 0.0, category="5 adversarial")]
    found = table(answers, task="locomo")
    assert found.headline == ANSWERABLE
    assert {name: one.mean for name, one in found.ways["w"].measures["f1"].items()} == {
        "all": 0.5,
        "1 to 4": 1.0,
        "1 multi-hop": 1.0,
        "5 adversarial": 0.0,
    }


def test_many_histories_are_the_unit_of_chance():
    answers = [answer(f"q{n}", float(n % 2), history=f"h{n // 2}") for n in range(80)]
    by_history = table(answers, histories=40)
    assert by_history.unit == "history" and by_history.ways["w"].measures["f1"]["all"].interval == (0.5, 0.5)
    by_question = table(answers, histories=4)
    low, high = by_question.ways["w"].measures["f1"]["all"].interval
    assert by_question.unit == "question" and low < 0.45 < 0.55 < high


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_an_interval_of_all_alike_is_not_empty(value):
    low, high = table([answer(f"q{n}", value) for n in range(20)]).ways["w"].measures["f1"]["all"].interval
    assert high - low == pytest.approx(0.168, abs=0.001)


def test_the_same_answers_give_the_same_table():
    answers = [answer(name, value) for name, value in zip("abcd", (1.0, 0.2, 0.4, 0.0), strict=True)]
    assert table(answers) == table(answers)


def test_what_is_printed_says_what_was_left_out(capsys):
    from rich.console import Console

    answers = [answer("a", 1.0), answer("b", None, outcome=Outcome.CONTEXT_OVERFLOW)]
    for part in tables(table(answers)):
        Console(width=120).print(part)
    out = capsys.readouterr().out
    assert "1 did not fit" in out and "100.0 [" in out


def test_the_agent_is_compared_on_the_questions_that_both_were_asked():
    agent = [answer("a", 1.0), answer("b", 0.5), answer("c", 1.0)]
    other = [answer("a", 0.0), answer("b", 0.5), answer("c", None, outcome=Outcome.CONTEXT_OVERFLOW)]
    suite = Suite("dmr", {f"h{n}": None for n in range(3)}, tuple(agent), {})
    ways = {"memgpt": agent, "fixed_context": other, "search": [answer("a", None, outcome=Outcome.NO_ANSWER)]}
    found = build_table(suite, ways, {name: {"kind": "x"} for name in ways}, seed=0)
    (one,) = found.differences
    assert (one.a, one.b, one.measure, one.questions, one.difference) == ("memgpt", "fixed_context", "f1", 2, 0.5)
    assert one.interval == (0.0, 1.0)
    assert sum("minus" in str(part.title) for part in tables(found)) == 1
