import collections
import dataclasses
import datetime
import decimal
import enum
import fractions
import json
import math

import numpy as np
import pytest

from dulcet.sandbox.inside.encode import encode
from dulcet.sandbox.values import comparable, same


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


@dataclasses.dataclass
class Point:
    x: float
    y: float


Pair = collections.namedtuple("Pair", "a b")
DAY = datetime.date(2024, 2, 29)

EQUAL = [
    (0.1 + 0.2, 0.3),
    (0.0, -0.0),
    (math.nan, math.nan),
    ([1, math.nan], [1, math.nan]),
    ({"a": 1, "b": [2.0]}, {"b": [2.0], "a": 1}),
    (collections.Counter("aab"), {"a": 2, "b": 1}),
    ({1, 2, "x"}, {"x", 2, 1}),
    ({0.1 + 0.2, 5}, {5, 0.3}),
    ({0.1 + 0.2: "a"}, {0.3: "a"}),
    (Pair(1, 2), (1, 2)),
    ((n * n for n in range(3)), map(int, ["0", "1", "4"])),
    (10**5000, 10**5000),
    (decimal.Decimal("1.50"), decimal.Decimal("1.50")),
    (fractions.Fraction(2, 4), fractions.Fraction(1, 2)),
    (DAY, datetime.date(2024, 2, 29)),
    (np.array([[1.0, 2.0]]), np.array([[1.0, 2.0 + 1e-12]])),
    (np.float64(2), np.float64(2)),
    (Colour.RED, Colour.RED),
    (Point(1.0, 2.0), Point(1.0, 2.0)),
    ("\ud800", "\ud800"),
    (b"ab", b"ab"),
    ({"a": 1}.keys(), {"a"}),
    (range(3), range(3)),
    (3 + 4j, 3 + 4j),
    (int, int),
]
DIFFERENT = [
    (1, 1.0),
    (1, True),
    (0, False),
    (0, None),
    ("", None),
    ("1", 1),
    ([1], (1,)),
    ([1, 2], [2, 1]),
    ({1}, [1]),
    ({1}, frozenset({1})),
    ({1: "a"}, {True: "a"}),
    ({"a": 1}, {"a": 1, "b": 2}),
    ({1, 2, 3}, {1, 2}),
    (1e-6, 1.1e-6),
    (math.inf, -math.inf),
    (math.nan, 0.0),
    (b"ab", bytearray(b"ab")),
    (b"ab", "ab"),
    ([1], np.array([1])),
    (2.0, np.float64(2)),
    (np.array([1, 2]), np.array([[1, 2]])),
    (decimal.Decimal("1"), 1),
    (DAY, datetime.datetime(2024, 2, 29)),
    (DAY, "2024-02-29"),
    (Colour.RED, Colour.BLUE),
    (10**5000, 10**5000 + 1),
    ([], {}),
    ([[]], [()]),
    (["set", [1, 2]], ["set", [2, 1]]),
    ({"set": [1, 2]}, {"set": [2, 1]}),
]


def through(value):
    """The way a value takes: encoded there, as JSON over the pipe, decoded here."""
    return json.loads(json.dumps(encode(value)))


@pytest.mark.parametrize(("left", "right"), EQUAL, ids=range(len(EQUAL)))
def test_agree(left, right):
    left, right = through(left), through(right)
    assert comparable(left)
    assert same(left, right)
    assert same(right, left)


@pytest.mark.parametrize(("left", "right"), DIFFERENT, ids=range(len(DIFFERENT)))
def test_differ(left, right):
    left, right = through(left), through(right)
    assert not same(left, right)
    assert not same(right, left)


class Liar:
    def __eq__(self, other):
        return True

    __hash__ = None


def endless():
    while True:
        yield 1


def cycle():
    value = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    "value", [Liar(), lambda: 1, endless(), cycle(), [Liar()], {"a": Liar()}, Liar, {"x": [[Liar()]]}]
)
def test_what_has_no_plain_form_is_not_comparable(value):
    assert not comparable(through(value))


@pytest.mark.parametrize(
    "value", [[], [[]], {}, {"a": {}}, (), set(), [0], ["opaque", "x"], [["opaque"]], {"opaque": 1}]
)
def test_plain_values_are_comparable(value):
    assert comparable(through(value))


@pytest.mark.parametrize(
    "forged",
    [{}, [], {"dict": 5}, {"set": {"a": 1}}, {"dict": [5]}, {"set": [[1]], "dict": []}, {"tuple": {}}, "value"],
)
def test_a_forged_report_is_only_wrong(forged):
    for value in ({"a": 1}, {1}, [1], (1,)):
        assert not same(through(value), forged)
    comparable(forged)


def test_a_deep_forged_report_does_not_raise():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert same(deep, [deep]) is False
    assert not comparable(deep)
