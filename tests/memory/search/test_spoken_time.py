"""Days that a text speaks of, said on Wednesday, 12 July 2023."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dulcet.memory.search.spoken_time import spans

SAID = date(2023, 7, 12)
WORDS = ["last", "next", "this", "999", "years", "days", "ago", "May", "in", "on", "31", "9999", "2023", "Monday", ","]


def read(text, said=SAID):
    return [(str(date.fromordinal(first)), str(date.fromordinal(last))) for first, last in spans(text, said)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on 2023-05-07", "2023-05-07", "2023-05-07"),
        ("on 7 May 2023", "2023-05-07", "2023-05-07"),
        ("the 7th of May, 2022", "2022-05-07", "2022-05-07"),
        ("May 7, 2023", "2023-05-07", "2023-05-07"),
        ("on May 7th", "2023-05-07", "2023-05-07"),
        ("on 3 October", "2022-10-03", "2022-10-03"),
        ("by May 7", "2023-05-07", "2023-05-07"),
        ("in May 2023", "2023-05-01", "2023-05-31"),
        ("in February 2024", "2024-02-01", "2024-02-29"),
        ("in May", "2023-05-01", "2023-05-31"),
        ("during December", "2022-12-01", "2022-12-31"),
        ("last May", "2023-05-01", "2023-05-31"),
        ("last September", "2022-09-01", "2022-09-30"),
        ("next August", "2023-08-01", "2023-08-31"),
        ("in 2022", "2022-01-01", "2022-12-31"),
        ("summer of 2022", "2022-06-01", "2022-08-31"),
        ("last winter", "2022-12-01", "2023-02-28"),
        ("yesterday", "2023-07-11", "2023-07-11"),
        ("last night", "2023-07-11", "2023-07-11"),
        ("tomorrow", "2023-07-13", "2023-07-13"),
        ("last week", "2023-07-03", "2023-07-09"),
        ("this week", "2023-07-10", "2023-07-16"),
        ("last weekend", "2023-07-07", "2023-07-09"),
        ("next month", "2023-08-01", "2023-08-31"),
        ("last month", "2023-06-01", "2023-06-30"),
        ("last year", "2022-01-01", "2022-12-31"),
        ("last Friday", "2023-07-07", "2023-07-07"),
        ("next Friday", "2023-07-14", "2023-07-14"),
        ("on Monday", "2023-07-10", "2023-07-10"),
        ("three days ago", "2023-07-09", "2023-07-09"),
        ("two weeks ago", "2023-06-25", "2023-07-01"),
        ("a year ago", "2022-01-11", "2023-01-10"),
    ],
)
def test_what_people_say_is_a_span_of_days(text, first, last):
    assert read(f"We met {text}.") == [(first, last)]
    assert read(f"WE MET {text.upper()}!") == [(first, last)]


@pytest.mark.parametrize(
    "text", ["may I come in?", "march on!", "the second of two", "on 31 June", "at 10:30", "", "0"]
)
def test_what_is_no_day_is_none(text):
    assert read(text) == []


def test_several_days_are_several_spans():
    assert read("yesterday and on 1 May 2023") == [("2023-07-11", "2023-07-11"), ("2023-05-01", "2023-05-01")]


@given(st.text(), st.dates())
def test_nothing_said_on_any_day_disturbs_it(text, said):
    for first, last in spans(text, said):
        assert first <= last


@given(
    st.lists(st.sampled_from(WORDS)),
    st.dates(),
)
def test_nor_do_words_of_time_in_any_order(words, said):
    for first, last in spans(" ".join(words), said):
        assert first <= last
