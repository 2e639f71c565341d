"""Whether two encoded values are the same, decided outside the process of the answer.

Types count as well as values: 1, 1.0 and True differ, so do a list and a tuple. Floats agree within a relative
1e-9 or an absolute 1e-12; NaN agrees with NaN and 0.0 with -0.0. Dictionaries and sets agree whatever their order.
"""

import json
import math
from typing import Any

RELATIVE = 1e-9
ABSOLUTE = 1e-12
MOST_UNMATCHED = 200
"""Members of a set (keys of a dictionary) without an exact partner that are still tried pair by pair."""


def comparable(value: Any) -> bool:
    """Whether an encoded value has a faithful plain form, all the way down."""
    if isinstance(value, dict):
        return False  # not of our making: a forged report
    if isinstance(value, list):
        return bool(value) and value[0] != "opaque" and all(comparable(part) for part in _parts(value[1:]))
    return True


def _parts(values: list[Any]) -> list[Any]:
    """The encoded values inside a tagged one; the lists that only group them are opened."""
    parts: list[Any] = []
    for value in values:
        if isinstance(value, list) and value and not isinstance(value[0], str):
            parts += _parts(value)
        elif not (isinstance(value, list) and not value):
            parts.append(value)
    return parts


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
    if not isinstance(expected, list):
        return bool(expected == actual)
    if len(expected) != len(actual):
        return False
    tag = expected[0] if expected else None
    if tag in ("set", "frozenset") and len(expected) == 2 and actual[0] == tag:
        return _same_unordered([[member] for member in expected[1]], _wrapped(actual[1]))
    if tag == "dict" and len(expected) == 2 and actual[0] == tag:
        return _same_unordered(expected[1], actual[1])
    return all(_same(left, right) for left, right in zip(expected, actual, strict=True))


def _close(expected: float, actual: float) -> bool:
    if math.isnan(expected) or math.isnan(actual):
        return math.isnan(expected) and math.isnan(actual)
    return math.isclose(expected, actual, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def _wrapped(members: Any) -> Any:
    return [[member] for member in members] if isinstance(members, list) else members


def _same_unordered(expected: list[Any], actual: Any) -> bool:
    """Match entries (members, or key and value) one to one: exactly where possible, then within the tolerance."""
    if not isinstance(actual, list) or len(expected) != len(actual):
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
