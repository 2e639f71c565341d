"""Make tasks: deterministic from a seed, distinct, and disjoint between train, validation and test.

A task is known by its page. Its split follows from a hash of the page's HTML, so that no page can be trained on and
tested on, whatever the seeds and sizes.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from dulcet.benchmarks.frontend.dialect.compile import compile_page
from dulcet.benchmarks.frontend.dialect.spec import Page
from dulcet.benchmarks.frontend.synthesis.dice import Dice, new_dice
from dulcet.benchmarks.frontend.synthesis.draw import draw_page
from dulcet.benchmarks.frontend.synthesis.request import request_for_page, vague_request
from dulcet.benchmarks.frontend.synthesis.rich import rich_page
from dulcet.benchmarks.frontend.tasks import NAME
from dulcet.errors import InputError
from dulcet.seeds import derive
from dulcet.task import Task

Split = Literal["train", "validation", "test"]
HARDEST = 5
HARDEST_IN_DIALECT = 3
"""Up to here a page is one that the dialect can say."""
_PATIENCE = 2000
"""Pages in a row without a new task after which there are no more to be had."""
_SHARES: tuple[tuple[Split, int], ...] = (("test", 20), ("validation", 30), ("train", 100))


@dataclass(frozen=True)
class Draft:
    """A task and, where the dialect can say it, the page that it is about."""

    task: Task
    page: Page | None


def split_of(html: str) -> Split:
    """Which split a page belongs to: 20 % test, 10 % validation, 70 % train."""
    number = int(hashlib.sha256(html.encode()).hexdigest(), 16) % 100
    return next(split for split, upper in _SHARES if number < upper)


def synthesise(count: int, *, seed: int, split: Split = "train", difficulty: int = 1) -> list[Task]:
    """`count` distinct tasks of one split at one difficulty (1 to 5).

    1: four sections of the dialect, all texts told in the request; 2: one more; 3: two or three more, no text told;
    4: HTML with two or three components; 5: with four or five. Raises InputError for a difficulty off the dial, or
    more tasks than there are.
    """
    tasks: dict[str, Task] = {}
    misses = 0
    for draft in drafts(seed, split=split, difficulty=difficulty):
        if len(tasks) == count:
            return list(tasks.values())
        misses = misses + 1 if draft.task.hidden in tasks else 0
        if misses == _PATIENCE:
            break
        tasks.setdefault(draft.task.hidden, draft.task)
    raise InputError(f"only {len(tasks)} distinct pages of {count} could be made", do="Ask for fewer.")


def drafts(seed: int, *, split: Split, difficulty: int) -> Iterator[Draft]:
    """An endless stream of tasks of one split, not yet distinct. Raises InputError for a difficulty off the dial."""
    if not 1 <= difficulty <= HARDEST:
        raise InputError(f"difficulty {difficulty} is off the dial", do=f"It goes from 1 to {HARDEST}.")
    number = 0
    while True:
        number += 1
        dice = new_dice(derive(seed, "page", split, difficulty, number), difficulty)
        identity = f"{NAME}-{split}-{seed}-{difficulty}-{number}"
        draft = _draft(dice, identity)
        if split_of(draft.task.hidden) == split:
            yield draft


def _draft(dice: Dice, identity: str) -> Draft:
    page = draw_page(dice) if dice.difficulty <= HARDEST_IN_DIALECT else None
    if page is not None:
        html, prompt = compile_page(page), request_for_page(dice, page)
    else:
        html, parts = rich_page(dice)
        prompt = vague_request(dice, parts)
    meta = {"family": dice.business.noun, "difficulty": dice.difficulty}
    return Draft(Task(id=identity, benchmark=NAME, prompt=prompt, hidden=html, meta=meta), page)
