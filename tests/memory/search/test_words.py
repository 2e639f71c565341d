"""Words and BM25."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dulcet.memory.search.bm25 import bm25, idf
from dulcet.memory.search.rows import BLOCK, Block, Tail
from dulcet.memory.search.segment import Segment
from dulcet.memory.search.view import View
from dulcet.memory.search.words import stems, words


def test_words_are_lower_case_letters_and_digits():
    assert words("Ärger, O'Neil's 2nd e-mail_x") == ["ärger", "o", "neil", "s", "2nd", "e", "mail", "x"]
    assert words("我喜欢茶") == ["我", "喜", "欢", "茶"]


def test_stems_leave_out_what_says_nothing():
    assert stems("What was she painting? Paintings of the sea") == ["paint", "paint", "sea"]


def rows(texts, first=1):
    return [(number, "user", None, 0, text) for number, text in enumerate(texts, start=first)]


def view_of(texts, parts=1):
    """A view of the texts, spread over several segments."""
    names, found = {}, []
    for part in range(parts):
        segment = Segment(0, names)
        mine = rows(texts)[part * len(texts) // parts : (part + 1) * len(texts) // parts]
        segment.add(mine)
        found.append((segment, len(mine)))
    return View(found)


def by_hand(texts, query):
    """BM25 as the book has it."""
    documents = [stems(text) for text in texts]
    average = max(sum(map(len, documents)) / len(documents), 1)
    scores = []
    for document in documents:
        score, counts = 0.0, Counter(document)
        for stem in set(query):
            having = sum(stem in other for other in documents)
            weight = math.log(1 + (len(texts) - having + 0.5) / (having + 0.5))
            score += weight * counts[stem] * 2.2 / (counts[stem] + 1.2 * (0.25 + 0.75 * len(document) / average))
        scores.append(score)
    return scores


VOCABULARY = st.lists(st.sampled_from(["apple", "pear", "plum", "fig", "kiwi", "lime", "the"]), max_size=12).map(
    " ".join
)


@given(st.lists(VOCABULARY, min_size=1, max_size=12), st.integers(1, 3))
def test_bm25_is_what_it_is_by_hand_however_the_texts_are_spread(texts, parts):
    query = ["appl", "fig", "nothing"]
    assert bm25(view_of(texts, parts), query) == pytest.approx(by_hand(texts, query))


def test_a_block_says_what_its_rows_said():
    tail = Tail()
    texts = ["apple apple pear", "", "We met on 7 May 2023", "ключ 我"]
    tail.add([(number * 3, "user", "Ann" if number else None, number, text) for number, text in enumerate(texts)])
    block = Block(tail.frozen())
    for name in ("ids", "times", "lengths", "roles", "speakers", "spans"):
        assert np.array_equal(block.column(name), tail.column(name)), name
    assert block.names == tail.names == ["user", "Ann"] and len(block) == 4
    for stem in ("appl", "pear", "ann", "我", "nothing"):
        one, other = block.postings(stem), tail.postings(stem)
        assert (one is None) == (other is None) == (stem == "nothing")
        if one is not None:
            assert np.array_equal(one[0], other[0]) and np.array_equal(one[1], other[1])


def test_rows_beyond_a_block_are_counted_through():
    texts = [f"number{number % 10} apple" for number in range(BLOCK + 50)]
    segment = Segment(0, {})
    filled = segment.add(rows(texts))
    assert len(filled) == 1 and len(segment) == BLOCK + 50
    again = Segment(0, {})
    again.add_block(filled[0])
    again.add(rows(texts)[BLOCK:])
    for count in (5, BLOCK, BLOCK + 7):
        for one in (segment, again):
            found, counts = View([(one, count)]).postings("appl")
            assert found.tolist() == list(range(count)) and set(counts.tolist()) == {1}
            assert View([(one, count)]).ids.tolist() == list(range(1, count + 1))


def test_rare_words_say_more():
    assert idf(1000, 1) > idf(1000, 100) > idf(1000, 1000) > 0
