"""What is made: the same from a seed, and every answer stands where the evidence says."""

from collections import Counter
from datetime import timedelta

import pytest

from dulcet.benchmarks.memory.measures import exact_match
from dulcet.benchmarks.memory.nested import nested_kv
from dulcet.benchmarks.memory.open import open_suite
from dulcet.benchmarks.memory.suite import TASKS
from dulcet.benchmarks.memory.synthesis.lexicon import WHEN
from dulcet.errors import InputError


@pytest.mark.parametrize("task", TASKS)
def test_a_seed_makes_one_suite(task):
    assert open_suite(task, None, seed=1) == open_suite(task, None, seed=1)
    assert open_suite(task, None, seed=1).questions != open_suite(task, None, seed=2).questions


@pytest.mark.parametrize("task", ["dmr", "docqa", "locomo"])
def test_the_evidence_holds_the_answer(task):
    suite = open_suite(task, None, seed=0)
    for question in suite.questions:
        history = suite.histories[question.history]
        texts = {item.id: item.text for item in (*history.turns, *history.documents)}
        assert question.evidence
        for answer in question.answers:
            if question.category == "2 temporal":
                continue
            held = " ".join(texts[name] for name in question.evidence)
            assert all(exact_match(held, [part]) for part in answer.split(", ")), question


def test_a_temporal_answer_is_the_day_that_the_words_mean():
    suite = open_suite("locomo", None, seed=0)
    asked = [question for question in suite.questions if question.category == "2 temporal"]
    days = dict(WHEN)
    for question in asked:
        turn = next(t for t in suite.histories[question.history].turns if t.id == question.evidence[0])
        phrase = next(phrase for phrase in sorted(days, key=len, reverse=True) if turn.text.endswith(f" {phrase}."))
        day = turn.time - timedelta(days=days[phrase])
        assert question.answers == (f"{day.day} {day:%B %Y}",)
    assert len(asked) == 40


def test_what_was_never_said_has_no_answer():
    suite = open_suite("locomo", None, seed=0)
    for question in suite.questions:
        if question.category == "5 adversarial":
            (turn,) = (t for t in suite.histories[question.history].turns if t.id == question.evidence[0])
            assert question.answers == () and turn.speaker not in question.text.replace("'s", "").split()


def test_a_reference_opener_draws_on_the_person():
    suite = open_suite("opener", None, seed=0)
    for question in suite.questions:
        said = " ".join(t.text for t in suite.histories[question.history].turns)
        assert len(question.meta["persona"]) >= 4
        drawn = [word for word in question.answers[0].split() if word.strip("?,.") in said]
        assert drawn


def test_nested_chains_are_as_long_as_their_level_says():
    suite = nested_kv(seed=0)
    assert Counter(question.category for question in suite.questions) == {f"level {n}": 30 for n in range(5)}
    for question in suite.questions:
        documents = suite.histories[question.history].documents
        pairs = dict(document.text.replace('"', "").split(": ") for document in documents)
        assert len(pairs) == 140
        key, looked_up = question.text.removeprefix("Key: "), 0
        while key in pairs:
            key, looked_up = pairs[key], looked_up + 1
        assert (key,) == question.answers and looked_up == question.meta["level"] + 1 == len(question.evidence)
        chained = {value for value in pairs.values() if value in pairs}
        assert len(chained) == question.meta["level"], "no other value is a key"


def test_an_unknown_task_is_refused():
    with pytest.raises(InputError, match="no memory task is called 'chess'"):
        open_suite("chess", None, seed=0)
