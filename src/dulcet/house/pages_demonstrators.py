"""Demonstrators of pages: scripted agents of different skill, whose dialogues the house model for pages is raised on.

A demonstrator reads the texts off the request, guesses the look, shows its page, and amends what it is told. How often
it amends what it is told, how often it touches something else, and how long it goes on, is its skill.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from dulcet.benchmarks.frontend.dialect import ALIGNMENTS, COLOURS, SIZES, Page, Section, write_page
from dulcet.benchmarks.frontend.dialect.spec import MOST_COLUMNS, Button
from dulcet.house.pages_edits import take_over
from dulcet.house.pages_reading import pointed_at
from dulcet.trajectory import Message

MARKER = "I WANT TO ANSWER:"
Describe = Callable[[Page, Page, int], str]
"""`describe(page, wanted, seed)`: what the person says who sees both."""


@dataclass(frozen=True)
class Skill:
    """How good a demonstrator is."""

    name: str
    amends: float
    """Chance of amending each thing it is told."""
    spoils: float
    """Chance of changing something else, too, in a turn."""
    stops: float
    """Chance of giving its answer in a turn although something is still told to be wrong."""


SKILLS = (
    Skill("careful", amends=1.0, spoils=0.0, stops=0.0),
    Skill("hasty", amends=0.65, spoils=0.1, stops=0.6),
    Skill("rambling", amends=0.35, spoils=0.25, stops=0.1),
    Skill("careless", amends=0.6, spoils=0.8, stops=0.2),
)
ORDER = ("nav", "hero", "text", "cards", "picture", "list", "quote", "form", "footer")
"""From top to bottom, where nobody has said otherwise."""


def demonstrate(
    prompt: str, wanted: Page, describe: Describe, skill: Skill, random: Random, turns: int = 10
) -> list[Message]:
    """One dialogue, from the request to the answer: the last page shown, and the marker."""
    page = guess(wanted, random)
    messages: list[Message] = [{"role": "user", "content": prompt}]
    for turn in range(1, turns):
        messages.append({"role": "assistant", "content": write_page(page)})
        reply = describe(page, wanted, random.getrandbits(32))
        messages.append({"role": "user", "content": reply})
        told = pointed_at(reply, page, wanted)
        if not told:
            return [*messages, {"role": "assistant", "content": MARKER}]
        for edit in told:
            if random.random() < skill.amends:
                page = take_over(page, wanted, edit)
        if random.random() < skill.spoils:
            page = spoilt(page, random)
        if random.random() < skill.stops or turn == turns - 1:
            break
    return [*messages, {"role": "assistant", "content": f"{MARKER}\n{write_page(page)}"}]


def guess(wanted: Page, random: Random) -> Page:
    """A page with the texts that the request tells and a look that is made up, in the usual order."""
    sections = sorted(wanted.sections, key=lambda section: ORDER.index(section.kind))
    return Page(tuple(_guessed(section, random) for section in sections), "white")


def _guessed(section: Section, random: Random) -> Section:
    button = Button(random.choice(list(COLOURS)), section.button.label) if section.button else None
    return replace(
        section,
        background=random.choice(list(COLOURS)),
        align=random.choice(list(ALIGNMENTS)),
        size=random.choice(SIZES) if section.kind in ("hero", "picture") else section.size,
        columns=random.randint(1, MOST_COLUMNS) if section.kind == "cards" else section.columns,
        button=button,
    )


def spoilt(page: Page, random: Random) -> Page:
    """The page with one look changed for no reason."""
    at = random.randrange(len(page.sections))
    section = page.sections[at]
    other = _guessed(section, random)
    look = random.choice(("background", "align", "size", "columns", "button"))
    changed = replace(section, **{look: getattr(other, look)})
    return Page((*page.sections[:at], changed, *page.sections[at + 1 :]), page.background)
