"""Whether two encoded values are the same, decided outside the process of the answer.

Types count as well as values: 1, 1.0 and True differ, so do a list and a tuple. Floats agree within a relative
1e-9 or an absolute 1e-12; NaN agrees with NaN and 0.0 with -0.0. Dictionaries and sets agree whatever their order.
"""

import json
import math
from typing import Any

RELATIVE = 1e-9
ABSOLUTE = 1e-12
UNORDERED = ("set", "frozenset", "dict")
MOST_UNMATCHED = 200
"""Members of a set (keys of a dictionary) without an exact partner that are still tried pair by pair."""


def comparable(value: Any) -> bool:
    """Whether an encoded value has a faithful plain form, all the way down."""
    try:
        return _comparable(value)
    except RecursionError:
        return False


def _comparable(value: Any) -> bool:
    if isinstance(value, dict):
        return len(value) == 1 and "opaque" not in value and all(_comparable(part) for part in value.values())
    return not isinstance(value, list) or all(_comparable(part) for part in value)


def same(expected: Any, actual: Any) -> bool:
    """Whether two encoded values agree in type and value. Never raises, whatever a forged report holds."""
    try:
        return _same(expected, actual)
    except RecursionError:
        return False


def _same(expected: Any, actual: Any) -> bool:
    if type(expected) is not type(actual):
        return False
    if isinstance(expected, float):
        return _close(expected, actual)
    if isinstance(expected, list):
        return len(expected) == len(actual) and all(map(_same, expected, actual))
    if isinstance(expected, dict):
        return _same_tagged(expected, actual)
    return bool(expected == actual)


def _same_tagged(expected: dict[str, Any], actual: dict[str, Any]) -> bool:
    if len(expected) != 1 or expected.keys() != actual.keys() or "opaque" in expected:
        return False
    ((tag, left),) = expected.items()
    right = actual[tag]
    if tag in UNORDERED and isinstance(left, list) and isinstance(right, list):
        return _same_unordered(left, right)
    return _same(left, right)


def _close(expected: float, actual: float) -> bool:
    if math.isnan(expected) or math.isnan(actual):
        return math.isnan(expected) and math.isnan(actual)
    return math.isclose(expected, actual, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def _same_unordered(expected: list[Any], actual: list[Any]) -> bool:
    """Match entries (members, or key and value) one to one: exactly where possible, then within the tolerance."""
    if len(expected) != len(actual):
        return False
    unmatched: dict[str, list[Any]] = {}
    for entry in actual:
        unmatched.setdefault(json.dumps(entry), []).append(entry)
    rest = []
    for entry in expected:
        partners = unmatched.get(json.dumps(entry))
        if partners:
            partners.pop()
        else:
            rest.append(entry)
    left = [entry for partners in unmatched.values() for entry in partners]
    if len(rest) > MOST_UNMATCHED:
        return False
    for entry in rest:
        partner = next((number for number, other in enumerate(left) if _same(entry, other)), None)
        if partner is None:
            return False
        left.pop(partner)
    return True


def show(value: Any) -> str:
    """An encoded value in a short form for a person."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."
