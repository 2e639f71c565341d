"""Differences of arrangement: what stands beside what, what comes before what, what is too far from its place."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from dulcet.benchmarks.frontend.rendered import Block
from dulcet.benchmarks.frontend.similarity.likeness import weight
from dulcet.humans.designer.difference import Difference
from dulcet.humans.designer.layout import beside, longest_rising, same_row
from dulcet.humans.designer.naming import quote
from dulcet.humans.designer.things import aligned
from dulcet.humans.designer.view import View

FAR_ACROSS, FAR_DOWN = 40.0, 32.0
"""CSS pixels off its place from which on a thing is said to be."""


def differences(view: View) -> list[Difference]:
    """Rows first; what a row explains is not told again as an order, and neither as a place."""
    settled: set[int] = set()
    found = [*_rows(view, settled), *_order(view, settled)]
    return [*found, *_places(view, settled)]


def _rows(view: View, settled: set[int]) -> Iterator[Difference]:
    for row in view.target.rows:
        firsts = [(view.on_page(column[0]), column[0]) for column in row]
        pairs = [(page, target) for page, target in firsts if page is not None and page.text]
        if len(pairs) > 1 and not beside([page for page, _ in pairs]):
            yield _row("beside", view, [page for page, _ in pairs], row, settled)
    for row in view.page.rows:
        pairs = [(column[0], other) for column in row if (other := view.taken.get(id(column[0]))) and column[0].text]
        targets = sorted((target for _, target in pairs), key=view.target.order.index)
        if len(pairs) > 1 and _is_grid(targets) and id(pairs[0][0]) not in settled:
            ordered = sorted(pairs, key=lambda pair: view.target.order.index(pair[1]))
            some = _row("below", view, [page for page, _ in ordered], row, settled)
            first = _first_level(targets)
            yield some if first == 1 else replace(some, kind="grid", said=(str(first),))


def _row(kind: str, view: View, pages: list[Block], row: Sequence[Sequence[Block]], settled: set[int]) -> Difference:
    blocks = [block for column in row for block in column]
    settled |= {id(block) for block in blocks} | {id(view.on_page(block)) for block in blocks}
    return Difference(kind, 0.35 * sum(map(weight, blocks)), tuple(view.call(page) for page in pages))


def _is_grid(blocks: Sequence[Block]) -> bool:
    """Whether things in reading order stand in several rows, those of each below those of the first."""
    first = _first_level(blocks)
    columns = [(block, blocks[at % first]) for at, block in enumerate(blocks)]
    return first < len(blocks) and all(
        min(abs(a.x - b.x), abs(a.x + a.width / 2 - b.x - b.width / 2)) < FAR_ACROSS for a, b in columns
    )


def _first_level(blocks: Sequence[Block]) -> int:
    """How many of them the first row has."""
    return next((at for at, block in enumerate(blocks) if not same_row(blocks[0], block)), len(blocks))


def _order(view: View, settled: set[int]) -> Iterator[Difference]:
    pairs = [(page, target) for page, target in view.pairs() if id(page) not in settled]
    rank = {id(block): at for at, block in enumerate(view.page.order)}
    kept = set(longest_rising([rank[id(page)] for page, _ in pairs]))
    for start, end in _runs([at for at in range(len(pairs)) if at not in kept]):
        moved = [page for page, _ in pairs[start : end + 1]]
        after = next((pairs[at][0] for at in range(end + 1, len(pairs)) if at in kept and pairs[at][0].text), None)
        before = next((pairs[at][0] for at in range(start - 1, -1, -1) if at in kept and pairs[at][0].text), None)
        anchor = after or before
        names = [view.call(page) for page in moved]
        if anchor is None or same_row(moved[0], anchor):
            continue
        settled |= {id(page) for page in moved}
        loss = 0.3 * sum(map(weight, moved))
        said = ("above" if after else "below", quote(anchor.text))
        yield Difference("order", loss, (names[0], names[-1]) if len(names) > 1 else (names[0],), said)


def _runs(positions: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of neighbouring positions."""
    start = positions[0] if positions else 0
    for at, then in pairwise([*positions, -1]):
        if then != at + 1:
            yield start, at
            start = then


def _places(view: View, settled: set[int]) -> Iterator[Difference]:
    pairs = [(page, target) for page, target in view.pairs() if id(page) not in settled]
    before: tuple[Block, Block] | None = None
    for page, target in pairs:
        yield from _across(view, page, target)
        if before is None:
            if view.page.order[0] is page and view.target.order[0] is target:
                yield from _down(view, page, target.y - page.y)
        elif _next(view, before, (page, target)) and not same_row(before[1], target) and not same_row(before[0], page):
            gaps = [b.y - a.y - a.height for a, b in zip(before, (page, target), strict=True)]
            yield from _down(view, page, gaps[1] - gaps[0])
        before = (page, target)


def _next(view: View, before: tuple[Block, Block], after: tuple[Block, Block]) -> bool:
    """Whether the one thing follows the other on both pages: what comes between explains a distance by itself."""
    orders = (view.page.order, view.target.order)
    return all(
        any(a is one and b is other for a, b in pairwise(order))
        for order, one, other in zip(orders, before, after, strict=True)
    )


def _across(view: View, page: Block, target: Block) -> Iterator[Difference]:
    shifts = [target.x + share * target.width - page.x - share * page.width for share in (0.0, 0.5, 1.0)]
    shift = min(shifts, key=abs)
    told = page.align != target.align and target.kind != "image" and aligned(target, view.target)
    if abs(shift) >= FAR_ACROSS and not told:
        way = "to the right" if shift > 0 else "to the left"
        loss = weight(target) * 0.25 * min(1.0, abs(shift) / 300)
        yield Difference("across", loss, (view.call(page),), (_about(shift), way))


def _down(view: View, page: Block, shift: float) -> Iterator[Difference]:
    if abs(shift) >= FAR_DOWN:
        way = "down" if shift > 0 else "up"
        yield Difference(
            "down", view.total * 0.15 * min(1.0, abs(shift) / 400), (view.call(page),), (_about(shift), way)
        )


def _about(pixels: float) -> str:
    return f"{max(20, round(abs(pixels) / 20) * 20)}"
