import re
from itertools import islice

import pytest

from dulcet.benchmarks.frontend.dialect import COLOURS, SIZES, dialect_of, parse_page
from dulcet.benchmarks.frontend.synthesis import synthesise
from dulcet.benchmarks.frontend.synthesis.make import drafts, split_of
from dulcet.errors import InputError

LOOKS = re.compile(
    rf"\b(?:{'|'.join([*COLOURS, *SIZES, 'left', 'right', 'centred', 'column', 'row'])})\b", re.IGNORECASE
)


def texts_of(page):
    for section in page.sections:
        for texts in section.texts:
            yield from texts
        if section.button:
            yield section.button.label


@pytest.mark.parametrize("difficulty", [1, 2, 3, 4, 5])
def test_thousands_of_distinct_pages_of_30_to_120_lines(difficulty):
    tasks = synthesise(1500, seed=1, difficulty=difficulty)
    assert len({task.id for task in tasks}) == len({task.hidden for task in tasks}) == 1500
    assert all(30 <= task.hidden.count("\n") + 1 <= 120 for task in tasks)
    assert all((dialect_of(task.hidden) is not None) == (difficulty <= 3) for task in tasks[:200])
    assert all(task.meta["difficulty"] == difficulty for task in tasks)
    assert len({task.meta["family"] for task in tasks}) == 16


@pytest.mark.parametrize("difficulty", [1, 4])
def test_the_same_seed_gives_the_same_tasks_and_another_gives_others(difficulty):
    first = synthesise(50, seed=7, difficulty=difficulty)
    assert synthesise(50, seed=7, difficulty=difficulty) == first
    assert synthesise(20, seed=7, difficulty=difficulty) == first[:20]
    others = {task.hidden for task in synthesise(50, seed=8, difficulty=difficulty)}
    assert not others & {task.hidden for task in first}


@pytest.mark.parametrize("difficulty", [1, 3, 5])
def test_splits_are_disjoint_whatever_the_seed(difficulty):
    pages = {
        split: {
            task.hidden for seed in (1, 2) for task in synthesise(150, seed=seed, split=split, difficulty=difficulty)
        }
        for split in ("train", "validation", "test")
    }
    assert not pages["train"] & pages["test"]
    assert not pages["train"] & pages["validation"]
    assert not pages["validation"] & pages["test"]
    assert all(split_of(html) == split for split, some in pages.items() for html in some)


@pytest.mark.parametrize("difficulty", [1, 2, 3, 4, 5])
def test_the_request_says_nothing_about_the_look(difficulty):
    for task in synthesise(500, seed=3, difficulty=difficulty):
        assert not LOOKS.search(task.prompt), task.prompt
        assert task.prompt.count(". ") == 0, "one sentence"
        assert not re.search(r"\ba [aeio]", task.prompt)


@pytest.mark.parametrize("difficulty", [1, 2])
def test_easy_requests_tell_every_text(difficulty):
    for draft in islice(drafts(5, split="train", difficulty=difficulty), 200):
        assert all(text in draft.task.prompt for text in texts_of(draft.page))
        assert parse_page(dialect_of(draft.task.hidden)) == draft.page


def test_harder_requests_tell_no_slogan():
    for draft in islice(drafts(5, split="train", difficulty=3), 200):
        hero = next(section for section in draft.page.sections if section.kind == "hero")
        assert hero.texts[0][0] not in draft.task.prompt


def test_the_order_of_the_request_says_nothing_about_the_order_of_the_page():
    orders = {}
    for draft in islice(drafts(5, split="train", difficulty=1), 300):
        request = re.sub(r" with the button [^;]*", "", draft.task.prompt)
        told = tuple(re.findall(r"\b(banner|menu|cards|closing)\b", request))
        orders.setdefault(told, set()).add(tuple(section.kind for section in draft.page.sections))
    assert len(orders) == 1
    assert len(next(iter(orders.values()))) >= 4


def test_off_the_dial_and_too_many():
    with pytest.raises(InputError, match="difficulty 6 is off the dial"):
        synthesise(1, seed=0, difficulty=6)
    assert synthesise(0, seed=0) == []
