"""Answers are on disk as they are given; a run goes on where it stood, and never with something else."""

import json

import pytest

from dulcet.errors import EndpointError, InputError
from dulcet.evaluation.memory.answers import load
from dulcet.evaluation.memory.contexts import ContextWay, Reader
from dulcet.evaluation.memory.run import GIVE_UP_AFTER, Runner
from dulcet.memory.tokens import ModelCounter
from dulcet.progress import Silent
from dulcet.trajectory import Outcome
from tests.evaluation.memory.conftest import Said, away, small_suite


def way(model, sampling):
    return ContextWay(Reader(model, ModelCounter(model), 10_000, sampling))


def runner(suite, folder, seed=0):
    return Runner(suite, folder, seed, 1)


async def test_a_run_goes_on_where_it_stood(suite, tmp_path, sampling):
    first = Said(["Rex.", "Blue.", KeyboardInterrupt()])
    with pytest.raises((KeyboardInterrupt, BaseExceptionGroup)):
        await runner(suite, tmp_path).run(way(first, sampling), Silent())
    path = tmp_path / "answers" / "full_context.jsonl"
    assert list(load(path)) == ["q1", "q2"]
    with path.open("ab") as file:
        file.write(b'{"torn')
    second = Said(["3 kilos"])
    answers = await runner(suite, tmp_path).run(way(second, sampling), Silent())
    assert [answer.reply for answer in answers] == ["Rex.", "Blue.", "3 kilos"] and len(second.asked) == 1
    assert len(path.read_text().splitlines()) == 3
    assert answers[0].scores == {"rouge_l_recall": 1.0, "word": 1.0, "evidence": 1.0}


async def test_what_no_model_answered_is_in_no_mean_and_tried_again(suite, tmp_path, sampling):
    answers = await runner(suite, tmp_path).run(way(Said([away(), "Blue.", "3"]), sampling), Silent())
    assert answers[0].outcome is Outcome.AGENT_FAILED and not answers[0].counts and answers[0].scores == {}
    answers = await runner(suite, tmp_path).run(way(Said(["Rex."]), sampling), Silent())
    assert [answer.reply for answer in answers] == ["Rex.", "Blue.", "3"]


async def test_a_server_that_is_down_ends_the_run(tmp_path, sampling):
    suite = small_suite()
    many = tuple(suite.questions[0].__class__(f"n{n}", "talk", "Who?", ("x",)) for n in range(2 * GIVE_UP_AFTER))
    model = Said([away()])
    with pytest.raises(BaseExceptionGroup) as caught:
        await runner(suite.__class__("dmr", suite.histories, many, {}), tmp_path).run(way(model, sampling), Silent())
    assert caught.group_contains(EndpointError) and len(model.asked) == GIVE_UP_AFTER


@pytest.mark.parametrize("change", ["seed", "model", "source"])
async def test_nothing_else_is_appended(suite, tmp_path, sampling, change):
    await runner(suite, tmp_path).run(way(Said(["x"]), sampling), Silent())
    other = Said(["x"], identity={"kind": "other"}) if change == "model" else Said(["x"])
    if change == "source":
        suite.source["made"] = "elsewhere"
    with pytest.raises(InputError, match="was made with"):
        await runner(suite, tmp_path, seed=int(change == "seed")).run(way(other, sampling), Silent())


async def test_a_server_may_move(suite, tmp_path, sampling):
    for url in ("http://a/v1", "http://b/v1"):
        await runner(suite, tmp_path).run(way(Said(["x"], identity={"kind": "e", "base_url": url}), sampling), Silent())
    config = json.loads((tmp_path / "answers" / "full_context.jsonl.config.json").read_text())
    assert config["way"]["model"] == {"kind": "e"}
