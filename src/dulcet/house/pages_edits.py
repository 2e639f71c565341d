"""What two pages of the dialect differ in, one visible fact at a time, and how to take over one of them.

A section is known by its kind and by how many of that kind come before it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from dulcet.benchmarks.frontend.dialect import KINDS, Page, Section

Place = tuple[str, int]
"""A section: its kind, and how many of that kind stand above it; `("page", 0)` is the page itself."""
PAGE: Place = ("page", 0)


@dataclass(frozen=True)
class Edit:
    """One fact to take over from the page in mind."""

    place: Place
    look: str
    """background, align, size, columns, button, texts, missing, extra or order."""


def places(page: Page) -> dict[Place, Section]:
    """The sections by their places, in order."""
    return dict(_places(page))


@lru_cache(maxsize=4096)
def _places(page: Page) -> tuple[tuple[Place, Section], ...]:
    seen: Counter[str] = Counter()
    found = []
    for section in page.sections:
        found.append(((section.kind, seen[section.kind]), section))
        seen[section.kind] += 1
    return tuple(found)


def differences(page: Page, wanted: Page) -> list[Edit]:
    """All that `page` has otherwise than `wanted`, from top to bottom."""
    mine, theirs = places(page), places(wanted)
    found = [Edit(place, "extra") for place in mine if place not in theirs]
    found += [Edit(place, "missing") for place in theirs if place not in mine]
    common = [place for place in theirs if place in mine]
    if [place for place in mine if place in theirs] != common:
        found += [Edit(place, "order") for place in misplaced(page, wanted)]
    if page.background != wanted.background:
        found.append(Edit(PAGE, "background"))
    for place in common:
        found += [Edit(place, look) for look in _looks(place) if _differ(mine[place], theirs[place], look)]
    return found


def misplaced(page: Page, wanted: Page) -> Iterator[Place]:
    """The sections that stand above another one that they should stand below."""
    ranks = {place: rank for rank, place in enumerate(places(wanted))}
    order = [place for place in places(page) if place in ranks]
    for number, place in enumerate(order):
        if any(ranks[later] < ranks[place] for later in order[number + 1 :]):
            yield place


def take_over(page: Page, wanted: Page, edit: Edit) -> Page:
    """`page` with one fact as in `wanted`."""
    if edit.place == PAGE:
        return replace(page, background=wanted.background)
    mine, theirs = places(page), places(wanted)
    if edit.look in ("missing", "order", "extra"):
        section = mine.pop(edit.place, None) or theirs.get(edit.place)
        if section is not None and edit.place in theirs:
            mine = _inserted(mine, edit.place, section, list(theirs))
    elif edit.place in mine and edit.place in theirs:
        mine[edit.place] = replace(mine[edit.place], **{edit.look: getattr(theirs[edit.place], edit.look)})
    return Page(tuple(mine.values()), page.background)


def _inserted(mine: dict[Place, Section], place: Place, section: Section, order: list[Place]) -> dict[Place, Section]:
    """The section where it belongs: below the nearest one that is above it in the page in mind."""
    above = next((other for other in reversed(order[: order.index(place)]) if other in mine), None)
    at = list(mine).index(above) + 1 if above is not None else 0
    return dict([*list(mine.items())[:at], (place, section), *list(mine.items())[at:]])


def _looks(place: Place) -> tuple[str, ...]:
    kind = KINDS[place[0]]
    return (*kind.looks, *(("button",) if kind.has_button else ()), *(("texts",) if kind.texts else ()))


def _differ(one: Section, other: Section, look: str) -> bool:
    return bool(getattr(one, look) != getattr(other, look))
