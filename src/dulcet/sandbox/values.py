"""Whether two encoded values are the same, decided outside the process of the answer.

Types count as well as values: 1, 1.0 and True differ, so do a list and a tuple. Floats agree within a relative
1e-9 or an absolute 1e-12; NaN agrees with NaN and 0.0 with -0.0. Dictionaries and sets agree whatever their order.
"""

import json
from typing import Any

from dulcet.sandbox.forms import Agreement, Forms, IncomparableError

MOST_SHOWN = 80


def comparable(value: Any) -> bool:
    """Whether an encoded value has a faithful plain form, all the way down."""
    try:
        return _comparable(value)
    except RecursionError:
        return False


def _comparable(value: Any) -> bool:
    if isinstance(value, dict):
        return len(value) == 1 and "opaque" not in value and all(map(_comparable, value.values()))
    return not isinstance(value, list) or all(map(_comparable, value))


def same(expected: Any, actual: Any) -> bool:
    """Whether two encoded values agree in type and value.

    Never raises, whatever a forged report holds, and takes no longer than the size of `expected` warrants.
    """
    try:
        if json.dumps(expected) == json.dumps(actual):  # to the last bit, as most are
            return comparable(expected)
        forms = Forms()
        left = forms.of(expected)
        forms.most = 2 * forms.made  # what agrees has as many parts: a larger claim is not read to its end
        return Agreement(forms.made)(left, forms.of(actual))
    except (IncomparableError, RecursionError):
        return False


def show(value: Any) -> str:
    """An encoded value in a short form for a person: text that can be printed and stored."""
    try:
        text = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
    except RecursionError:
        return "a value that is nested too deeply"
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 3] + "..."
