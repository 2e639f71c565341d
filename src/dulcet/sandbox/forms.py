"""Encoded values as forms, compared in a bounded number of steps whatever a forged report holds.

Each part of a value has two numbers: `exact`, the same for parts that are equal to the last bit, and `shape`, the same
for parts that differ in nothing but their finite floats. So only floats are left to be looked at, and an entry of a
set has no other possible partners than the entries of its own shape.
"""

import math
import random
from typing import Any, NamedTuple

RELATIVE = 1e-9
ABSOLUTE = 1e-12
UNORDERED = ("set", "frozenset", "dict")
MOST_INT = 1 << 53
"""Larger whole numbers are written as text, so a plain one is forged."""
STEPS_EACH, STEPS_FREE = 10, 100_000
"""Comparisons for each part of a value, and for any; what takes more (thousands of near misses in a set) differs."""

_DRAW = random.Random().getrandbits
"""Numbers are drawn and not counted, so that nobody can prepare keys that collide."""


class IncomparableError(Exception):
    """The value has no faithful plain form, is forged, or takes too long to compare."""


class Form(NamedTuple):
    """One part of a value. `number`: of a finite float."""

    exact: int
    shape: int
    number: float | None = None
    unordered: bool = False
    parts: tuple["Form", ...] = ()


class Forms:
    """Makes forms that can be compared with one another, of at most `most` parts in all."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}
        self.made, self.most = 0, math.inf

    def of(self, value: Any) -> Form:
        """The form of an encoded value. Raises IncomparableError and RecursionError."""
        self.made += 1
        if self.made > self.most:
            raise IncomparableError
        kind = type(value)
        if kind is list:
            return self._inner("list", value, unordered=False)
        if kind is dict:
            return self._tagged(value)
        if kind is int and not -MOST_INT < value < MOST_INT:
            raise IncomparableError
        if kind is float and math.isfinite(value):
            return Form(self._number(("float", value + 0.0)), self._number("float"), value)  # -0.0 + 0.0 is 0.0
        number = self._number((kind.__name__, "nan" if value != value else value))
        return Form(number, number)

    def _tagged(self, value: dict[str, Any]) -> Form:
        if len(value) != 1 or "opaque" in value:
            raise IncomparableError
        ((tag, payload),) = value.items()
        if tag in UNORDERED and type(payload) is list:
            return self._inner(tag, payload, unordered=True)
        return self._inner("tag " + tag, [payload], unordered=False)

    def _inner(self, tag: str, values: list[Any], unordered: bool) -> Form:
        parts = []
        for value in values:  # no comprehension: each would be one more level of a recursion that may go deep
            parts.append(self.of(value))
        exact, shape = [part.exact for part in parts], [part.shape for part in parts]
        if unordered:
            exact.sort()
            shape.sort()
        return Form(self._number((tag, *exact)), self._number((tag, None, *shape)), None, unordered, tuple(parts))

    def _number(self, key: Any) -> int:
        return self._numbers.setdefault(key, _DRAW(62))


class Agreement:
    """Whether forms of `size` parts agree within the tolerance. Raises IncomparableError after too many steps."""

    def __init__(self, size: int) -> None:
        self.left = STEPS_FREE + STEPS_EACH * size

    def __call__(self, left: Form, right: Form) -> bool:
        """Whether two forms agree."""
        self.left -= 1 + len(left.parts)
        if self.left < 0:
            raise IncomparableError
        if left.exact == right.exact:
            return True
        if left.shape != right.shape:
            return False
        if left.number is not None and right.number is not None:
            return math.isclose(left.number, right.number, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
        if left.unordered:
            return self._unordered(left.parts, right.parts)
        return all(map(self, left.parts, right.parts))

    def _unordered(self, left: tuple[Form, ...], right: tuple[Form, ...]) -> bool:
        groups: dict[int, tuple[list[Form], list[Form]]] = {}
        for side, parts in enumerate((left, right)):
            for part in parts:
                groups.setdefault(part.shape, ([], []))[side].append(part)
        return all(self._group(*group) for group in groups.values())

    def _group(self, left: list[Form], right: list[Form]) -> bool:
        """Whether entries of one shape can be paired: in the order of their floats if that will do, else somehow."""
        if sorted(part.exact for part in left) == sorted(part.exact for part in right):
            return True
        left, right = sorted(left, key=_order), sorted(right, key=_order)
        if all(map(self, left, right)):
            return True
        return len(left) > 1 and left[0].number is None and self._assign(left, right)

    def _assign(self, left: list[Form], right: list[Form]) -> bool:
        """Whether there is a one-to-one pairing: each entry in turn finds a partner, others moving on for it."""
        partners = [[number for number, other in enumerate(right) if self(part, other)] for part in left]
        owner: dict[int, int] = {}
        chosen: dict[int, int] = {}
        for start in range(len(left)):
            free, reached_by = _reach(start, partners, owner)
            if free is None:
                return False
            while free is not None:  # who reached for it takes it, and leaves what it had to who reached for that
                entry = reached_by[free]
                before = chosen.get(entry)
                owner[free], chosen[entry] = entry, free
                free = before
        return True


def _reach(start: int, partners: list[list[int]], owner: dict[int, int]) -> tuple[int | None, dict[int, int]]:
    """(a partner without owner that `start` gets to, if owners move on; which entry reached for each partner)."""
    reached_by: dict[int, int] = {}
    waiting = [start]
    while waiting:
        entry = waiting.pop()
        for number in partners[entry]:
            if number not in reached_by:
                reached_by[number] = entry
                if number not in owner:
                    return number, reached_by
                waiting.append(owner[number])
    return None, reached_by


def _order(form: Form) -> tuple[list[float], list[float]]:
    """Where an entry stands among those of its shape; rounded first, so that noise seldom changes the order."""
    floats: list[float] = []
    _collect(form, floats)
    return [0.0 if abs(value) < 1e-9 else float(f"{value:.7g}") for value in floats], floats


def _collect(form: Form, floats: list[float]) -> None:
    """The first floats of a form; a few tell most entries apart."""
    if form.number is not None:
        floats.append(form.number)
    for part in form.parts:
        if len(floats) >= 16:
            return
        _collect(part, floats)
