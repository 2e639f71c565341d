"""Measures against values worked out by hand, and against what they must not be fooled by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dulcet.benchmarks.memory.facts import ask, rarity, second_person
from dulcet.benchmarks.memory.measures import (
    evidence_recall,
    exact_match,
    locomo_f1,
    rouge_l_recall,
    token_f1,
)
from dulcet.benchmarks.memory.scoring import fields, kv_match, score_reply
from dulcet.benchmarks.memory.similarity import Similarity
from dulcet.benchmarks.memory.suite import Question

A, B = "0d7ba717-e034-410e-88ab-c13d37cc6499", "c54095cf-9931-460b-8a6b-e1f09afb2f72"


def test_evidence_recall_counts_each_turn_once():
    assert evidence_recall(["a", "b", "b", "c"], ["b", "c", "b", "x"], 3) == pytest.approx(1 / 3)
    assert evidence_recall(["a", "c"], ["c"]) == 1.0
    with pytest.raises(ValueError, match="no evidence"):
        evidence_recall(["a"], [])


@pytest.mark.parametrize(
    ("reply", "answer", "value"),
    [
        ("It was the Blue House.", "blue house", 1.0),
        ("It was bluehouse.", "blue house", 0.0),
        ("Wilhelm Conrad Röntgen, in 1901", "Wilhelm Conrad Röntgen", 1.0),
        ("", "a", 0.0),
        ("anything", "the", 0.0),  # nothing is left of an article: it is in no reply
    ],
)
def test_exact_match_wants_whole_words(reply, answer, value):
    assert exact_match(reply, [answer]) == value


def test_rouge_l_recall_is_a_subsequence_over_the_answer():
    assert rouge_l_recall("the cat sat quietly on a mat", ["the cat on the mat"]) == pytest.approx(4 / 5)
    assert rouge_l_recall("a cat on the", ["the cat"]) == 0.5
    assert rouge_l_recall("zzz", ["the cat", "zzz"]) == 1.0


@given(st.text(), st.text(min_size=1))
def test_measures_stay_in_their_range(reply, answer):
    for value in (rouge_l_recall(reply, [answer]), token_f1(reply, [answer]), locomo_f1(reply, [answer], 1)):
        assert 0.0 <= value <= 1.0
    assert token_f1(answer, [answer]) in (0.0, 1.0)


def test_f1_is_of_stems_and_leaves_articles_out():
    assert token_f1("the painted bowls", ["a painting bowl"]) == 1.0
    assert token_f1("red bowl", ["blue bowl"]) == pytest.approx(0.5)


def test_locomo_scores_by_category():
    assert locomo_f1("pottery, camping", ["camping, pottery, swimming"], 1) == pytest.approx(2 / 3)
    assert locomo_f1("Likely no", ["Likely no; though she wants to"], 3) == 1.0
    assert locomo_f1("That was not mentioned.", [], 5) == 1.0
    assert locomo_f1("In Oslo.", [], 5) == 0.0


def test_the_value_of_a_chain_is_the_last_identifier():
    question = Question("q", "h", f"Key: {A}", (B,))
    assert kv_match(f"{A} leads to {B.upper()}.", question) == 1.0
    assert kv_match(f"{B} came from {A}", question) == 0.0
    assert kv_match("no idea", question) == 0.0


def test_a_document_has_to_be_quoted():
    question = Question("q", "h", "who?", ("Ada Brovik",))
    right = "ANSWER: Ada Brovik\nDOCUMENT: It was Ada Brovik who set it up."
    assert fields(right) == ("Ada Brovik", "It was Ada Brovik who set it up.")
    assert score_reply("docqa", question, right) == {"exact_match": 1.0, "supported": 1.0, "f1": 1.0}
    assert score_reply("docqa", question, "ANSWER: Ada Brovik")["supported"] == 0.0
    assert score_reply("docqa", question, "ANSWER: not found\nDOCUMENT: Ada Brovik")["exact_match"] == 0.0
    assert fields("Ada Brovik") == ("Ada Brovik", "")


class Axes:
    """An embedder whose vectors are known: each text names its coordinates."""

    dimension, identity = 3, {"kind": "axes"}

    def embed(self, texts, *, query):
        rows = np.array([[float(part) for part in text.split()] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_similarities_of_an_opener():
    persona = ["1 0 0", "0 1 0", "1 1 0", "0 0 1"]
    found = Similarity(Axes())("1 0 0", persona, "0 1 0")
    assert found["sim_1"] == pytest.approx(1.0)
    assert found["sim_3"] == pytest.approx((1 + 0.5**0.5 + 0) / 3)
    assert found["sim_h"] == pytest.approx(0.0)
    assert Similarity(Axes())(" ", persona, "0 1 0") == {"sim_1": 0.0, "sim_3": 0.0, "sim_h": 0.0}


def test_a_fact_is_turned_to_the_one_it_is_about():
    assert second_person("I am sure my mother's cat likes me.") == "you are sure your mother's cat likes me".replace(
        " me", " you"
    )
    assert second_person("I was late.") == "you were late"
    assert second_person("My dog barks.") == "your dog barks"


def test_a_question_about_a_fact_does_not_hold_the_answer():
    facts = ["I bought a green canoe in Bergen.", "I bought a green hat.", "I like it."]
    counts = rarity(facts)
    text, answer = ask(facts[0], "about", counts, of_user=False)
    assert answer == "bergen" and text == "What exactly did you tell me about bought, green, canoe?"
    assert ask(facts[2], "about", counts, of_user=True) is None
    assert ask(facts[2], "whether", counts, of_user=True) is None
