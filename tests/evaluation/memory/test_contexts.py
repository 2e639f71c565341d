"""Baselines: what is shown fits with its reply to the token, and nothing is cut in silence."""

import pytest

from dulcet.benchmarks.memory.suite import History, Question, Suite
from dulcet.benchmarks.memory.wording import request, shown
from dulcet.evaluation.memory.contexts import (
    SUMMARY,
    ContextWay,
    FixedContext,
    Reader,
    RecursiveSummary,
    TruncatedDocuments,
    most,
    prompt,
)
from dulcet.evaluation.memory.summarising import by_model, by_rule
from dulcet.memory.tokens import ModelCounter
from dulcet.trajectory import Outcome
from tests.evaluation.memory.conftest import Said, turns


def reader(model, window, sampling):
    return Reader(model, ModelCounter(model), window, sampling)


async def ask(way, suite, number=0):
    question = suite.questions[number]
    asked = request(suite.task, question)
    return await way.answer(suite.histories[question.history], question, asked, seed=0), asked


def exact_window(suite, count, sampling, number=0):
    """The window in which just the last `count` lines fit."""
    question, model = suite.questions[number], Said([""])
    lines = [text for _, text in shown(suite.histories[question.history])]
    asked = request(suite.task, question)
    return model.count(prompt(lines[len(lines) - count :], asked)) + sampling.max_tokens


async def test_everything_is_shown_or_it_is_an_overflow(suite, sampling):
    window = exact_window(suite, 4, sampling)
    given, _ = await ask(ContextWay(reader(Said(["Rex."]), window, sampling)), suite)
    assert (given.outcome, given.reply, given.completions) == (Outcome.ANSWERED, "Rex.", 1)
    assert given.seen == ("D1:1", "D1:2", "D1:3", "D1:4")
    model = Said(["Rex."])
    given, _ = await ask(ContextWay(reader(model, window - 1, sampling)), suite)
    assert given.outcome is Outcome.CONTEXT_OVERFLOW and given.reply is None and not model.asked
    assert given.detail == f"{window - sampling.max_tokens} tokens, room for {window - 1 - sampling.max_tokens}"


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
async def test_the_last_messages_that_fit(suite, sampling, count):
    model = Said(["I do not know."])
    window = exact_window(suite, count, sampling)
    given, asked = await ask(FixedContext(reader(model, window, sampling)), suite)
    assert given.seen == tuple(f"D1:{n}" for n in range(5 - count, 5))
    (messages,) = model.asked
    assert messages[-1]["content"] == asked
    assert model.count(messages) + sampling.max_tokens == window


THINGS = ("boat", "lamp", "cart", "drum", "fork", "gate", "harp", "iron")


def long_suite():
    said = [f"The {thing} cost {n} crowns." for n, thing in enumerate(THINGS)]
    histories = {"talk": History("talk", turns(*said, "Fine.", "Good."), user="Ann")}
    questions = tuple(Question(name, "talk", "How much was the boat?", ("0 crowns",), ("D1:1",)) for name in "ab")
    return Suite("dmr", histories, questions, {})


async def test_a_summary_stands_for_what_does_not_fit(sampling):
    suite, model = long_suite(), Said(["Zero."])
    window = exact_window(suite, 10, sampling) - 1
    source = reader(model, window, sampling)
    given, _ = await ask(RecursiveSummary(source, by_rule(source.counter)), suite)
    (messages,) = model.asked
    head, *rows = messages[0]["content"].splitlines()[1:]
    lines = [text for _, text in shown(suite.histories["talk"])]
    left_out, tail = lines[: len(lines) - len(given.seen)], lines[len(lines) - len(given.seen) :]
    assert head == SUMMARY and 0 < len(tail) < 10 and rows[len(rows) - len(tail) :] == tail
    summary = rows[: len(rows) - len(tail)]
    assert summary and set(summary) < set(left_out)  # the rule picks whole sentences
    assert model.count(messages) + sampling.max_tokens <= window


async def test_a_model_writes_one_summary_for_all_questions_of_a_history(sampling):
    suite, model = long_suite(), Said(["Ann bought things.", "Zero.", "Nothing."])
    window = exact_window(suite, 10, sampling) - 1
    source = reader(model, window, sampling)
    way = RecursiveSummary(source, by_model(model, source.counter, 10_000))
    await ask(way, suite, 0)
    given, _ = await ask(way, suite, 1)
    assert given.reply == "Nothing." and len(model.asked) == 3
    assert all("Ann bought things." in asked[0]["content"] for asked in model.asked[1:])


async def test_documents_are_cut_to_one_length(suite, library, sampling):
    model = Said(["3 kilos"])
    question, asked = suite.questions[2], request(suite.task, suite.questions[2])
    window = model.count(prompt(["Lamp 3: It"] * 2, asked)) + sampling.max_tokens
    way = TruncatedDocuments(reader(model, window, sampling), library, documents=2)
    given = await way.answer(suite.histories["shelf"], question, asked, seed=0)
    assert given.seen[0] == "d3" and len(given.seen) == 2
    lines = model.asked[0][0]["content"].splitlines()[1:]
    assert len(lines) == 2 and len(lines[0]) == len(lines[1]) < len("Lamp 3: It weighs 3 kilos.")


async def test_how_a_completion_ends_is_typed(suite, sampling):
    for reply, outcome in [
        (("Rex and", "length"), Outcome.TRUNCATED),
        (("", "refused"), Outcome.REFUSED),
        (("", "overflow"), Outcome.CONTEXT_OVERFLOW),
        ("  ", Outcome.NO_ANSWER),
    ]:
        given, _ = await ask(ContextWay(reader(Said([reply]), 10_000, sampling)), suite)
        assert given.outcome is outcome


def test_the_largest_that_fits():
    assert [most(upper, lambda n: n <= 7) for upper in (0, 3, 7, 8, 100)] == [0, 3, 7, 7, 7]
    assert most(9, lambda n: False) == 0
    tried = []
    assert most(10**6, lambda n: tried.append(n) or n <= 100) == 100
    assert max(tried) <= 200 and len(tried) < 20


async def test_a_model_without_system_messages_is_asked_in_one(suite, sampling):
    class Plain(Said):
        def count(self, messages):
            return super().count([message for message in messages if message["role"] != "system"])

    model = Plain(["Rex."])
    _, asked = await ask(ContextWay(reader(model, 10_000, sampling)), suite)
    ((message,),) = model.asked
    assert message["role"] == "user" and message["content"].endswith(asked) and "blue boat" in message["content"]
