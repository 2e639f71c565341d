"""What a search finds in a conversation, in both stores."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dulcet.errors import InputError
from dulcet.memory.base import NewEntry, NewPassage
from dulcet.memory.opening import open_store
from tests.memory.embedders import WordEmbedder

DAY = datetime(2023, 5, 8, 12, tzinfo=UTC)
MODES = ("hybrid", "rrf", "bm25", "vectors", "literal", "literal_ignore_case")
TALK = [
    ("Ann", "Hi Bob! Long time no see.", 0),
    ("Bob", "Hello Ann, how are you?", 0),
    ("Ann", "I bought a sailing boat yesterday.", 0),
    ("Bob", "What is it called?", 0),
    ("Ann", "Albatross.", 0),
    ("Bob", "My sister plays the cello in Vienna.", 0),
    ("Ann", "The weather is dreadful here.", 40),
    ("Bob", "I went sailing as a child, never again.", 40),
    ("Ann", "We adopted a puppy in the shelter.", 40),
    ("Bob", "The concert was last Friday, she played Bach.", 40),
    ("Ann", "Work keeps me busy, nothing else is new.", 80),
    ("Bob", "I ran a marathon.", 80),
]


def talk():
    return [
        NewEntry(
            "user" if name == "Ann" else "assistant",
            text,
            DAY + timedelta(days=days, minutes=minute),
            {"speaker": name},
        )
        for minute, (name, text, days) in enumerate(TALK)
    ]


@pytest.fixture
def recall(store):
    found = store.memory().recall
    found.append(talk())
    return found


def first(recall, query, **options):
    return recall.search(query, **options).items[0].text


def test_words_are_found_in_other_forms(recall):
    assert first(recall, "Who adopts puppies?") == "We adopted a puppy in the shelter."


def test_a_question_about_somebody_is_answered_by_them(recall):
    assert first(recall, "Ann sailing") == "I bought a sailing boat yesterday."
    assert first(recall, "Bob sailing") == "I went sailing as a child, never again."


def test_the_answer_follows_the_question(recall):
    found = [entry.text for entry in recall.search("What is the boat called?", size=3).items]
    assert "Albatross." in found
    assert "Albatross." not in [entry.text for entry in recall.search("What is the boat called?", mode="bm25").items]


def test_a_long_pause_ends_a_conversation(recall):
    found = [entry.text for entry in recall.search("cello sister Vienna", size=4).items]
    assert "The weather is dreadful here." not in found[:2]


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("What happened on 16 June 2023?", "The concert was last Friday, she played Bach."),
        ("What happened on 7 May 2023?", "I bought a sailing boat yesterday."),
    ],
)
def test_days_are_what_was_meant_when_it_was_said(recall, query, answer):
    # the 9th message was said on Saturday, 17 June; the third on 8 May
    found = recall.search(f"{query} concert boat", size=2).items
    assert found[0].text == answer


def test_found_are_the_newest_first_among_equals(store):
    recall = store.memory().recall
    ids = recall.append([NewEntry("user", "the very same", DAY + timedelta(days=number)) for number in range(4)])
    assert [entry.id for entry in recall.search("same", mode="bm25").items] == ids[::-1]


def test_a_ranked_search_finds_a_hundred_at_most(store):
    archival = store.memory().archival
    archival.insert_many([NewPassage(f"apple {number}") for number in range(130)])
    for mode in ("hybrid", "rrf", "bm25", "vectors"):
        assert archival.search("apple", mode=mode, page=1, size=60).total == 100, mode
    assert archival.search("apple", mode="literal").total == 130


def test_without_an_embedder_search_is_by_words(place):
    store = open_store(place)
    recall = store.memory().recall
    recall.append(talk())
    assert store.identity["embedder"] is None and store.embed_missing() == 0
    assert first(recall, "Who adopts puppies?") == "We adopted a puppy in the shelter."
    with pytest.raises(InputError, match="opened without an embedder"):
        recall.search("x", mode="vectors")
    store.close()


def test_vectors_are_made_once_and_kept(place):
    embedder = WordEmbedder()
    store = open_store(place, embedder)
    store.memory().recall.append([NewEntry("user", f"number {number}") for number in range(100)])
    store.memory().recall.append([NewEntry("tool", "not embedded")])
    assert embedder.embedded == 0, "writing does not wait for vectors"
    store.memory().recall.search("number")
    assert embedder.embedded == 64, "a search makes some"
    assert store.embed_missing(limit=10) == 10 and store.embed_missing() == 26 and store.embed_missing() == 0
    store.close()
    again = open_store(place, embedder)
    again.memory().recall.search("number 7", mode="vectors")
    assert embedder.embedded == 100
    again.close()


def test_another_embedders_vectors_are_refused_in_one_line(place):
    open_store(place, WordEmbedder()).close()
    with pytest.raises(
        InputError, match=r'holds vectors of another embedder, \{"kind": "test", "name": "words"\}'
    ) as error:
        open_store(place, WordEmbedder("others"))
    assert "\n" not in str(error.value)
    open_store(place, None).close()


def test_both_stores_find_the_same(postgres_address, tmp_path):
    draw = np.random.default_rng(0)
    vocabulary = [f"word{number}" for number in range(60)]
    texts = [" ".join(draw.choice(vocabulary, 8)) for _ in range(120)]
    entries = [
        NewEntry("user", text, DAY + timedelta(hours=number), {"speaker": "Ann" if number % 2 else "Bob"})
        for number, text in enumerate(texts)
    ]
    stores = [open_store(place, WordEmbedder()) for place in (tmp_path / "memory.db", postgres_address)]
    for store in stores:
        memory = store.memory()
        memory.recall.append(entries[:80])
        store.memory("parent").recall.append(entries[:10])
        memory.fork(agent="fork").recall.append(entries[80:])
        while store.embed_missing():
            pass
    for query in ["word1 word2", "What did Ann say about word3?", "word5 on 9 May 2023", "when word9"]:
        for mode in ("bm25", "vectors", "rrf", "hybrid"):
            found = [
                [entry.text for entry in store.memory("fork").recall.search(query, mode=mode, size=10).items]
                for store in stores
            ]
            same = 10 if mode != "hybrid" else 5  # the server ranks candidates, the file everything
            assert found[0][:same] == found[1][:same], (query, mode)
    for store in stores:
        store.close()


SYNTAX = st.sampled_from(
    [
        '"',
        "'",
        "*",
        "NEAR(",
        ")",
        "OR",
        "AND",
        "NOT",
        "-",
        ":",
        "^",
        "%",
        "_",
        "?",
        "%s",
        ";",
        "--",
        "\\",
        "\0",
        "{",
        "$1",
    ]
)
QUERIES = st.one_of(
    st.text(), st.lists(st.one_of(SYNTAX, st.sampled_from(["boat", "ann", "cello", "last May"]))).map(" ".join)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=QUERIES, mode=st.sampled_from(MODES))
def test_a_query_is_text_and_nothing_else(recall, query, mode):
    page = recall.search(query, mode=mode, size=100)
    assert page.total == len(page.items) <= len(TALK)
    if mode == "literal":
        assert [entry.text for entry in page.items] == [text for _, text, _ in TALK if query in text]
    assert recall.count() == len(TALK)


def test_syntax_around_a_word_changes_nothing(recall):
    for query in (
        '"boat"',
        "boat*",
        "boat OR",
        "NEAR(boat)",
        "boat'; DROP TABLE item; --",
        "text:boat",
        "^boat",
        "-boat",
    ):
        assert first(recall, query, mode="bm25") == "I bought a sailing boat yesterday.", query
