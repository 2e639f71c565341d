"""The dialogues that the house model for pages is raised on: pages of the dialect, described and amended."""

from collections.abc import Iterator, Sequence
from random import Random

from dulcet.benchmarks.frontend.dialect import write_page
from dulcet.benchmarks.frontend.synthesis.make import drafts
from dulcet.credit.privileged import privileged
from dulcet.house.corpus import HARDER, WITH_HIDDEN, Dialogue
from dulcet.house.pages_demonstrators import SKILLS, Skill, demonstrate
from dulcet.house.pages_person import describe_pages
from dulcet.seeds import derive

SCHOOL = (0.70, 0.10, 0.10, 0.10)
"""Shares of the SKILLS in the dialogues that teach to write a page, to read what is said and to amend it."""
HABITS = (0.10, 0.45, 0.20, 0.25)
"""Shares in the dialogues that come last and leave the model with the habits of people in a hurry."""


def school(count: int, seed: int) -> Iterator[Dialogue]:
    """The dialogues that come first."""
    return page_episodes(count, seed, SCHOOL)


def habits(count: int, seed: int) -> Iterator[Dialogue]:
    """The dialogues that come last."""
    return page_episodes(count, seed, HABITS)


def page_episodes(count: int, seed: int, shares: Sequence[float] = SCHOOL) -> Iterator[Dialogue]:
    """`count` dialogues over tasks of the training split, demonstrators drawn by the shares.

    A share has the page in mind, in the dialect, in front of the request: what a critic reads.
    """
    easy = drafts(derive(seed, "easy"), split="train", difficulty=1)
    hard = drafts(derive(seed, "hard"), split="train", difficulty=2)
    random = Random(derive(seed, "dialogues"))
    for _ in range(count):
        draft = next(hard if random.random() < HARDER else easy)
        assert draft.page is not None, "pages of these difficulties are of the dialect"
        hidden = random.random() < WITH_HIDDEN
        skill = _draw(random, hidden, shares)
        messages = demonstrate(draft.task.prompt, draft.page, describe_pages, skill, random)
        reference = write_page(draft.page)
        yield Dialogue(privileged(messages, reference) if hidden else messages, skill.name, reference)


def _draw(random: Random, hidden: bool, shares: Sequence[float]) -> Skill:
    """Whoever sees the page in mind is mostly careful: it could copy it, but still shows its own and listens."""
    if hidden and random.random() < 0.5:
        return SKILLS[0]
    return random.choices(SKILLS, shares)[0]
