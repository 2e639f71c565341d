import array
import collections
import copy
import dataclasses
import datetime
import decimal
import enum
import fractions
import itertools
import json
import math
import pathlib
import re
import time
import types

import numpy as np
import pytest

from dulcet.sandbox.inside.encode import encode
from dulcet.sandbox.values import comparable, same, show


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Mode(enum.Flag):
    A = 1
    B = 2


class Own(str):
    __eq__ = __ne__ = lambda self, other: True
    __hash__ = str.__hash__
    __str__ = __repr__ = lambda self: "anything"


class OwnInt(int):
    __int__ = __index__ = lambda self: 7


class OwnList(list):
    __iter__ = lambda self: iter([9])  # noqa: E731
    __len__ = lambda self: 7  # noqa: E731


class Countdown:
    def __init__(self, start):
        self.left = start

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        self.left -= 1
        return self.left + 1


@dataclasses.dataclass
class Point:
    x: float
    y: float


Pair = collections.namedtuple("Pair", "a b")
DAY = datetime.date(2024, 2, 29)
UTC = datetime.UTC
EAST, WEST = (datetime.timezone(datetime.timedelta(hours=hours)) for hours in (1, -1))

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
    ("\ud83d\ude00", "\ud83d\ude00"),
    (b"ab", b"ab"),
    ({"a": 1}.keys(), {"a"}),
    (range(3), range(3)),
    (3 + 4j, 3 + 4j),
    (int, int),
    (decimal.Decimal("1.5"), decimal.Decimal("1.50")),
    (decimal.Decimal("1E+2"), decimal.Decimal(100)),
    (decimal.Decimal("-0.00"), decimal.Decimal(0)),
    (decimal.Decimal("NaN"), decimal.Decimal("NaN")),
    (decimal.Decimal("sNaN"), decimal.Decimal("sNaN")),
    (datetime.datetime(2024, 1, 1, 12, tzinfo=UTC), datetime.datetime(2024, 1, 1, 13, tzinfo=EAST)),
    (datetime.datetime.max.replace(tzinfo=WEST), datetime.datetime.max.replace(tzinfo=WEST)),
    (datetime.timedelta(hours=24), datetime.timedelta(1)),
    ({1: "a", 2.5: "b", "x": None, True + 1: "b"}, {"x": None, 2.5: "b", 1: "a", 2: "b"}),
    ({(0.1 + 0.2, frozenset({1.0}))}, {(0.3, frozenset({1.0 + 4e-10}))}),
    (Own("a"), Own("a")),
    (OwnList([1, 2.0]), OwnList([1, 2.0])),
    (Level.LOW, Level.LOW),
    (Mode.A | Mode.B, Mode.B | Mode.A),
    (ValueError("x", 1), ValueError("x", 1)),
    (memoryview(b"ab"), memoryview(b"ab")),
    (array.array("d", [0.1 + 0.2]), array.array("d", [0.3])),
    (types.SimpleNamespace(a=1, b=2), types.SimpleNamespace(b=2, a=1)),
    (types.MappingProxyType({"a": 1}), types.MappingProxyType({"a": 1})),
    (time.gmtime(0), (1970, 1, 1, 0, 0, 0, 3, 1, 0)),
    (slice(1, None), slice(1, None)),
    (..., ...),
    (itertools.groupby("aab"), ((key, iter(group)) for key, group in (("a", "aa"), ("b", "b")))),
    (Countdown(3), iter([3, 2, 1])),
    (re.finditer("a", "b"), iter([])),
    (pathlib.PurePosixPath("a/b"), pathlib.PurePosixPath("a") / "b"),
    (np.array(["ab"]), np.array(["ab"], dtype="<U9")),
    (np.array([None, 1.0, "a"], dtype=object), np.array([None, 1.0 + 1e-12, "a"], dtype=object)),
    (np.array([(1, 2.0)], dtype="i4,f8"), np.array([(1, 2.0)], dtype="i4,f8")),
    (np.array([np.nan, 1]), np.array([np.nan, 1])),
    (np.datetime64("NaT"), np.datetime64("NaT")),
    (np.array(["2024-01-01"], dtype="M8[D]"), np.array(["2024-01-01"], dtype="M8[D]")),
    (np.longdouble(1) / 3, np.longdouble(1) / 3),
    (np.ma.array([1, 2], mask=[0, 1]), np.ma.array([1, 3], mask=[0, 1])),
    (np.dtype("f8"), np.dtype(float)),
    (np.str_("a"), np.str_("a")),
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
    (decimal.Decimal("NaN"), decimal.Decimal("sNaN")),
    (decimal.Decimal("0.1"), decimal.Decimal("0.10000000000000001")),
    (datetime.datetime(2024, 1, 1, tzinfo=UTC), datetime.datetime(2024, 1, 1)),
    (datetime.datetime(2024, 1, 1, 12, tzinfo=UTC), datetime.datetime(2024, 1, 1, 12, tzinfo=EAST)),
    ("\ud83d\ude00", "😀"),
    (range(3), [0, 1, 2]),
    (memoryview(b"ab"), b"ab"),
    ({"a": 1}.values(), [1]),
    (iter([1]), [1]),
    (Own("a"), "a"),
    (OwnList([1]), [1]),
    (OwnInt(1), 1),
    (Level.LOW, 1),
    (Level.LOW, Level.HIGH),
    (Mode.A | Mode.B, Mode.A),
    (ValueError("x"), ValueError("y")),
    (ValueError("x"), TypeError("x")),
    (Point(1.0, 2.0), (1.0, 2.0)),
    (Point(1.0, 2.0), Point(1.0, 2.1)),
    ({1: "a"}, {1.0: "a"}),
    ({frozenset({1})}, {frozenset({1.0})}),
    ({0.5: 1}, {0.5 + 1e-8: 1}),
    ([0.5, 0.25], [0.25, 0.5]),
    (np.float32(1), np.float64(1)),
    (np.int64(1), 1),
    (np.bool_(True), True),
    (np.array([1]), np.array([1.0])),
    (np.array([[1, 2]]), np.array([[1], [2]])),
    (np.array(["ab"]), np.array([b"ab"])),
    (np.ma.array([1, 2], mask=[0, 1]), np.ma.array([1, 2], mask=[1, 0])),
    (np.ma.array([1, 2]), np.array([1, 2])),
    (np.datetime64("2024-01-01"), np.datetime64("2024-01-02")),
    (np.array([(1, 2.0)], dtype="i4,f8"), np.array([(1, 2.5)], dtype="i4,f8")),
]


def through(value):
    """The way a value takes: encoded there, as JSON over the pipe, decoded here."""
    return json.loads(json.dumps(encode(value)))


@pytest.mark.parametrize(("left", "right"), EQUAL, ids=range(len(EQUAL)))
def test_agree(left, right):
    if left is right:  # an iterator can be read once
        right = copy.copy(right)
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


class Pretender:
    """Says of itself whatever it is asked."""

    __class__ = int
    __module__ = "numpy"
    __dataclass_fields__ = property(lambda self: 1 / 0)
    __reduce__ = __iter__ = __getattr__ = lambda self, *_: 1 / 0

    def __eq__(self, other):
        return True

    __hash__ = None


class PretendsToBeAnArray:
    __module__ = "pandas"
    dtype = "float64"
    size = property(lambda self: 1 / 0)

    def tolist(self):
        return [1.0]


class FailingField:
    __dataclass_fields__ = {"x": None}  # noqa: RUF012


class BadZone(datetime.tzinfo):
    def utcoffset(self, moment):
        raise ValueError


async def later():
    return 1


async def one_by_one():
    yield 1


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def twofold_cycle():
    value = []
    value += [value, value, value]
    return value


def coroutine():
    made = later()
    made.close()
    return made


def released():
    view = memoryview(b"a")
    view.release()
    return view


def record_cycle():
    point = Point(1.0, 2.0)
    point.x = point
    return point


OPAQUE = {
    "equals everything": Liar(), "function": lambda: 1, "builtin": len, "endless": endless(), "class": Liar,
    "in a list": [Liar()], "in a dict": {"a": Liar()}, "deep inside": {"x": [[Liar()]]}, "object": object(),
    "cycle": cycle(), "cycle with many ways": twofold_cycle(), "cycle in a record": record_cycle(),
    "nested": nested(100), "pretends": Pretender(), "pretends to be an array": PretendsToBeAnArray(),
    "field that is none": FailingField(), "zone that fails": datetime.datetime(2024, 1, 1, tzinfo=BadZone()),
    "coroutine": coroutine(), "asynchronous generator": one_by_one(), "module": math, "released": released(),
    "object in an array": np.array([Liar()], dtype=object), "large array": np.zeros(1 << 21),
    "generator of NumPy": np.random.default_rng(0), "item of an exception": ValueError(Liar()),
    "opened file": open,
}  # fmt: skip


@pytest.mark.parametrize("value", OPAQUE.values(), ids=OPAQUE.keys())
def test_what_has_no_plain_form_is_not_comparable(value):
    encoded = through(value)
    assert not comparable(encoded)
    assert not same(encoded, encoded)


def test_an_iterator_that_raises_has_raised():
    def failing():
        yield 1
        raise KeyError

    with pytest.raises(KeyError):
        encode([failing()])


def test_the_deepest_values_are_compared():
    for wrap in (lambda inner: [inner], lambda inner: {"a": inner}, lambda inner: (inner,)):
        value = 0.5
        for _ in range(59):
            value = wrap(value)
        assert same(through(value), through(value))
        noisy = json.loads(json.dumps(through(value)).replace("0.5", "0.5000000000000001"))
        assert same(through(value), noisy)
    members = frozenset({0.5})
    for _ in range(58):
        members = frozenset({members})
    assert same(through(members), json.loads(json.dumps(through(members)).replace("0.5", "0.5000000000000001")))


def pandas_pairs():
    pd = pytest.importorskip("pandas", reason="pandas is not installed: pip install 'dulcet[test]'")
    stamp = pd.Timestamp("2024-01-01 12:00", tz="UTC")
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None]})
    doubled = pd.DataFrame([[1, 2.0]], columns=["a", "a"])
    levels = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])
    equal = [
        (pd.NA, pd.NA), (pd.NaT, pd.NaT), (stamp, stamp.tz_convert("Asia/Tokyo")),
        (pd.Timedelta("1D"), pd.Timedelta("24h")),
        (frame, frame.copy()), (doubled, doubled.copy()), (pd.Index([1, 2]), pd.Index([1, 2])),
        (pd.RangeIndex(2), pd.Index([0, 1])), (levels, levels.copy()), (pd.Series([1, 2], index=levels),) * 2,
        (pd.Categorical(["a", "b"]), pd.Categorical(["a", "b"])), (pd.Interval(0, 1), pd.Interval(0, 1)),
        (pd.Period("2024-01"), pd.Period("2024-01")), (pd.array([1, None]), pd.array([1, None])),
        (pd.Series([0.1 + 0.2, None]), pd.Series([0.3, float("nan")])), (pd.Series(["a"], dtype="category"),) * 2,
    ]  # fmt: skip
    different = [
        (pd.NA, pd.NaT), (pd.NaT, None), (stamp, stamp.tz_localize(None)), (stamp, stamp.to_pydatetime()),
        (frame, frame[["b", "a"]]), (frame, frame.rename(columns={"a": "c"})), (doubled, doubled.iloc[:, ::-1]),
        (pd.Index([1, 2]), [1, 2]), (pd.Series([1, 2]), pd.Series([1.0, 2.0])),
        (pd.Series([1]), pd.Series([1], index=[5])),
        (pd.Categorical(["a"]), pd.Categorical(["a"], categories=["a", "b"])), (levels, levels[::-1]),
        (pd.Interval(0, 1), pd.Interval(0, 1, closed="left")), (frame.groupby("a"), frame.groupby("a")),
    ]  # fmt: skip
    return equal, different


def test_pandas_values():
    equal, different = pandas_pairs()
    for left, right in equal:
        assert comparable(through(left)), left
        assert same(through(left), through(right)), (left, right)
    for left, right in different:
        assert not same(through(left), through(right)), (left, right)


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
    assert len(show(deep)) <= 80


NEAR_MISSES = [1 + number * 1e-10 for number in range(3000)]
COLLIDING = [number * ((1 << 61) - 1) for number in range(40_000)]
SLOW = {
    "members that all agree with many": ({"set": NEAR_MISSES}, {"set": [x + 5e-11 for x in NEAR_MISSES[::-1]]}),
    "pairs that agree with many": (
        {"set": [{"tuple": [x, 1.0]} for x in NEAR_MISSES]},
        {"set": [{"tuple": [x, 1.0 + (number % 2) * 3e-9]} for number, x in enumerate(NEAR_MISSES)]},
    ),
    "sets of sets": (
        {"set": [{"frozenset": [x, y, 1.0]} for x in NEAR_MISSES[:60] for y in NEAR_MISSES[:60]]},
        {"set": [{"frozenset": [x, y, 1.0 + 3e-9]} for x in NEAR_MISSES[:60] for y in NEAR_MISSES[:60]]},
    ),
    "numbers that collide": ({"set": COLLIDING}, {"set": COLLIDING[::-1]}),
    "a claim much larger than the value": ([1, 2, 3], [[1.0] * 300_000] * 3),
    "keys that come again": ({"dict": [["a", 1.0]] * 50_000}, {"dict": [["a", 1.0 + 1e-12]] * 50_000}),
    "digits": ([10**4000] * 200, [10**4000 + 1] * 200),
}


@pytest.mark.parametrize("pair", SLOW.values(), ids=SLOW.keys())
def test_no_claim_takes_long(pair):
    began = time.monotonic()
    for left, right in (pair, pair[::-1]):
        assert type(same(left, right)) is bool
    assert time.monotonic() - began < 12


def test_what_is_shown_can_be_stored():
    assert show("\ud800é") == '"\\ud800é"'
    assert show([1.5, None]) == "[1.5, null]"
    assert len(show("a" * 1000)) == 80
