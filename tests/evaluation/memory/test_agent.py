"""The agent with a memory, driven by rules through the real loop and a real store."""

import pytest

from dulcet.benchmarks.memory.nested import nested_kv
from dulcet.benchmarks.memory.suite import sample
from dulcet.benchmarks.memory.wording import request
from dulcet.errors import InputError
from dulcet.evaluation.memory.agent import shown_in
from dulcet.evaluation.memory.library import Library
from dulcet.evaluation.memory.run import Runner
from dulcet.evaluation.memory.scripted_reader import follow, read
from dulcet.evaluation.memory.searching import SearchWay, rarest_word
from dulcet.evaluation.memory.setup import Setup
from dulcet.memory.config import ContextSpec
from dulcet.memory.opening import open_store
from dulcet.models.base import Sampling
from dulcet.progress import Silent
from tests.evaluation.memory.conftest import small_suite

WINDOW = 2000


def setup(suite, library, window=WINDOW, model=None):
    return Setup(suite, library, model, ContextSpec(window=window), Sampling(temperature=0, max_tokens=512))


async def answers(one, name, folder):
    return await Runner(one.suite, folder, 0, 4).run(one.way(name), Silent())


async def test_nested_keys_at_every_level_where_no_window_holds_the_pairs(tmp_path):
    suite = nested_kv(seed=0, orderings=3)
    library = Library(open_store(tmp_path / "kv.sqlite"))
    library.fill(suite, Silent())
    one = setup(suite, library)
    found = await answers(one, "memgpt", tmp_path)
    assert [answer.scores for answer in found] == [{"exact_match": 1.0, "evidence": 1.0}] * 15
    assert max(answer.prompt_tokens for answer in found) <= WINDOW - WINDOW // 4
    fixed = await answers(one, "fixed_context", tmp_path)
    held = [len(answer.seen) for answer in fixed]
    assert 0 < max(held) < 70 and sum(answer.scores["exact_match"] for answer in fixed) < 5
    full = await answers(one, "full_context", tmp_path)
    assert {answer.outcome.value for answer in full} == {"context_overflow"}
    library.store.close()


async def test_a_question_is_answered_from_storage(suite, library, tmp_path):
    one = setup(suite, library)
    dog, boat, lamp = await answers(one, "memgpt", tmp_path)
    assert dog.scores["word"] == 1.0 and dog.scores["evidence"] == 1.0 and dog.completions >= 2
    assert boat.reply == "I sail a blue boat."
    assert "3 kilos" in lamp.reply


async def test_a_question_leaves_no_trace_in_the_history(suite, library, tmp_path):
    await answers(setup(suite, library), "memgpt", tmp_path)
    assert library.memory(suite.histories["talk"]).recall.count() == 4
    library.fill(suite, Silent())  # nothing is loaded twice
    assert library.memory(suite.histories["shelf"]).archival.count() == 5


def test_a_store_of_other_data_is_refused(suite, library):
    other = small_suite()
    talk = other.histories["talk"]
    other.histories["talk"] = talk.__class__(talk.id, talk.turns[:2], user=talk.user)
    with pytest.raises(InputError, match="'talk' has 4 messages and 0 passages there, not 2 and 0"):
        library.fill(other, Silent())


async def test_searches_rank_what_holds_the_answer(suite, library, tmp_path):
    for name in ("search", "search_bm25", "search_paper"):
        found = await answers(setup(suite, library), name, tmp_path)
        assert [answer.scores["recall_at_5"] for answer in found] == [1.0] * 3, name
    whole = await answers(setup(suite, library), "search_question", tmp_path)
    assert [answer.scores["recall_at_5"] for answer in whole] == [0.0] * 3


def test_the_rarest_word_that_is_there():
    texts = ["my dog barks", "your dog sleeps", "the cat"]
    assert rarest_word("Does the zebra see a dog or a cat?", texts) == "cat"
    assert rarest_word("zebra?", texts) == ""


def test_only_what_makes_sense_can_be_asked_for(suite, library):
    one = setup(suite, library)
    assert "search_vectors" not in one.names(())
    with pytest.raises(InputError, match="'search_vectors' needs an embedder"):
        one.names(["search_vectors"])
    with pytest.raises(InputError, match="'truncated_documents' has no meaning for dmr"):
        one.names(["truncated_documents"])


def test_what_was_shown_is_read_off_the_prompts(suite):
    prompts = [{"role": "user", "content": '{"message": "[#1 2024] Ann: \\"I sail a blue boat.\\""}'}]
    assert shown_in(prompts, suite.histories["talk"]) == ("D1:1",)


def test_the_reader_follows_what_it_sees():
    assert follow({"a": "b", "b": "c"}, "a") == "c"
    assert follow({"a": "b", "b": "a"}, "a") == "a"
    assert follow({}, "a") == "The key is not there."
    suite = small_suite()
    asked = request("dmr", suite.questions[0])
    assert (
        read(["[2024-03-01 09:03] Ann: My dog is Rex.", "[2024-03-01 09:04] Ben: Is he?"], asked)
        == "Ann: My dog is Rex."
    )
    assert read(["Ben: Hm."], asked) == "That was not mentioned."
    documents = request("docqa", suite.questions[2])
    assert read(["Lamp 3: It weighs 3 kilos. It is old.", "Cup"], documents) == (
        "ANSWER: Lamp 3: It weighs 3 kilos.\nDOCUMENT: Lamp 3: It weighs 3 kilos. It is old."
    )


def test_a_sample_needs_only_its_histories(suite):
    assert len(sample(suite, 1, 0).histories) == 1


def test_a_search_way_names_its_store(suite, library):
    assert SearchWay("search", library).identity["store"]["kind"] == "sqlite"
