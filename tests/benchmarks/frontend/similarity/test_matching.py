from dulcet.benchmarks.frontend.similarity.matching import match
from tests.benchmarks.frontend.similarity.drawn import block


def pairs(one, other):
    return set(match(one, other).pairs)


def test_by_words_before_places():
    one = [block(text="Menu", y=0), block(text="Contact", y=100)]
    other = [block(text="Contact", y=0), block(text="Menu", y=100)]
    assert pairs(one, other) == {(0, 1), (1, 0)}


def test_the_same_words_by_places():
    one = [block(text="Read more", x=0), block(text="Read more", x=600)]
    assert pairs(one, one[::-1]) == {(0, 1), (1, 0)}


def test_a_link_and_a_button_can_be_the_same_thing_but_not_a_picture():
    assert pairs([block(text="Order now")], [block("control", "Order now", tag="button")]) == {(0, 0)}
    assert pairs([block(text="")], [block("image", "")]) == set()


def test_what_is_unlike_is_left_over():
    found = match([block(text="Fresh bread", y=0)], [block(text="Quarterly results", y=600, x=900)])
    assert found.pairs == ()
    assert [one.text for one in found.only_one] == ["Fresh bread"]
    assert [one.text for one in found.only_other] == ["Quarterly results"]


def test_nothing_matches_nothing():
    assert match([], [block()]).only_other == [block()]
    assert match([], []).pairs == ()
