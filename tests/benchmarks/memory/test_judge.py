"""A judge's label stands alone on its last line, or there is none."""

import pytest

from dulcet.benchmarks.memory.judge import Judge, parse, prompt
from dulcet.benchmarks.memory.suite import Question
from dulcet.models.endpoint import EndpointModel
from tests.models.stub import completion, refusal, serve

QUESTION = Question("q", "h", "Where does Ben live?", ("Oslo",))
ABSENT = Question("q", "h", "Where does Ann live?", ())


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("It names the city.\nCORRECT", "correct"),
        ("It names another.\n**Verdict: WRONG**\n", "wrong"),
        ("Label: incorrect.", "wrong"),
        ("CORRECT\nNo, on reflection it is vague.", "unparseable"),
        ("That is not correct.", "unparseable"),
        ("NOT CORRECT", "unparseable"),
        ("CORRECTLY", "unparseable"),
        ("CORRECT or WRONG", "unparseable"),
        ("", "unparseable"),
    ],
)
def test_labels(said, label):
    assert parse(said) == label


async def judged(*replies, question=QUESTION, retries=0):
    with serve(*replies) as stub:
        model = EndpointModel("judge", stub.url, concurrency=1, timeout=5, retries=retries)
        judge = Judge(model)
        verdict = await judge.verdict("locomo", question, "In Oslo.", seed=0)
        await model.close()
        return verdict, stub.requests


async def test_a_judge_behind_a_server():
    verdict, (request,) = await judged(completion("It does.\nCORRECT"))
    assert (verdict.label, verdict.value) == ("correct", 1.0)
    assert request["temperature"] == 0
    assert "Reference: Oslo" in request["messages"][0]["content"]


async def test_what_is_no_verdict_is_neither_right_nor_wrong():
    rambled, _ = await judged(completion("Well, it depends."))
    refused, _ = await judged(completion("", finish="content_filter"))
    away, _ = await judged(refusal(500))
    assert [one.label for one in (rambled, refused, away)] == ["unparseable", "refused", "failed"]
    assert {one.value for one in (rambled, refused, away)} == {None}


def test_what_was_never_said_is_judged_by_its_own_rule():
    text = prompt("locomo", ABSENT, "Not mentioned.", "strict")[0]["content"]
    assert "does not hold the answer" in text and "same fact" not in text


def test_only_documents_have_to_be_quoted():
    assert "quote" in prompt("docqa", QUESTION, "x", "strict")[0]["content"]
    assert "quote" not in prompt("dmr", QUESTION, "x", "strict")[0]["content"]


def test_the_identity_tells_the_styles_apart():
    class Model:
        identity = {"name": "m"}  # noqa: RUF012

    assert Judge(Model()).identity["prompt"] != Judge(Model(), "generous").identity["prompt"]
