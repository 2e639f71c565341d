"""The comparison of encoded values against a slow one of the Python objects themselves, on random values."""

import datetime
import decimal
import fractions
import json
import math
import random
import uuid
from collections import deque

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dulcet.sandbox import Report
from dulcet.sandbox.inside.encode import encode
from dulcet.sandbox.values import comparable, same, show


def examples(number):
    """The same examples every time, and nothing is written."""
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    return settings(max_examples=number, database=None, deadline=None, derandomize=True, suppress_health_check=checks)


RELATIVE, ABSOLUTE = 1e-9, 1e-12


def agree(left, right):
    """Type and value, the definition written out: every pairing of unordered members is tried."""
    if type(left) is not type(right):
        return False
    if type(left) is float:
        return close(left, right)
    if type(left) is complex:
        return close(left.real, right.real) and close(left.imag, right.imag)
    if type(left) in (list, tuple, deque):
        return len(left) == len(right) and all(agree(one, other) for one, other in zip(left, right, strict=True))
    if type(left) is dict:
        return pair_up(list(left.items()), list(right.items()))
    if type(left) in (set, frozenset):
        return pair_up(list(left), list(right))
    if type(left) is decimal.Decimal and (left.is_nan() or right.is_nan()):
        return str(left) == str(right)
    return left == right


def close(left, right):
    if math.isnan(left) or math.isnan(right):
        return math.isnan(left) and math.isnan(right)
    if math.isinf(left) or math.isinf(right):
        return left == right
    return abs(left - right) <= max(RELATIVE * max(abs(left), abs(right)), ABSOLUTE)


def pair_up(left, right):
    if len(left) != len(right):
        return False
    if not left:
        return True
    return any(
        agree(left[0], right[number]) and pair_up(left[1:], right[:number] + right[number + 1 :])
        for number in range(len(right))
    )


NEAR = st.sampled_from(
    [0.3, 0.1 + 0.2, 0.0, -0.0, 1e-13, -8e-13, 7e-13, 1.0, 1.0 + 6e-10, 1.0 - 6e-10, math.inf, math.nan]
)
"""Floats of which many agree and some do not, though each agrees with a third."""
HASHABLE_LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.integers(), st.integers(10**17, 10**40),
    st.floats(), st.floats(-9, 9), NEAR, st.complex_numbers(allow_nan=False), st.text(max_size=3),
    st.sampled_from(["😀", "\ud83d\ude00"]), st.binary(max_size=2), st.decimals(allow_nan=False),
    st.sampled_from([decimal.Decimal(text) for text in ("1.5", "1.50", "0", "-0", "1E+2", "100")]),
    st.fractions(), st.dates(), st.datetimes(), st.times(), st.timedeltas(), st.uuids(),
    st.datetimes(timezones=st.just(datetime.UTC)),
)  # fmt: skip
LEAVES = HASHABLE_LEAVES | st.just(decimal.Decimal("NaN")) | st.just(decimal.Decimal("sNaN"))
KEYS = st.recursive(
    HASHABLE_LEAVES | NEAR,
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3),
    max_leaves=4,
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=3).map(tuple),
        st.lists(inner, max_size=3).map(deque),
        st.dictionaries(KEYS, inner, max_size=4),
        st.sets(KEYS, max_size=5),
    ),
    max_leaves=12,
)


def through(value):
    """The way a value takes: encoded there, as JSON over the pipe, decoded here."""
    return json.loads(json.dumps(encode(value)))


def spelt(value):
    """A text of a hashable value that is the same in every process: the order of a set's members is not."""
    if type(value) is frozenset:
        return f"frozenset({sorted(map(spelt, value))})"
    return f"({', '.join(map(spelt, value))})" if type(value) is tuple else repr(value)


def rebuilt(value, change, shuffle):
    """The value made anew, each leaf through `change`, the members of what has no order in another one."""
    if type(value) in (list, tuple, deque):
        return type(value)([rebuilt(part, change, shuffle) for part in value])
    if type(value) is dict:
        pairs = [(rebuilt(key, change, shuffle), rebuilt(item, change, shuffle)) for key, item in value.items()]
        made = dict(shuffle(pairs))
    elif type(value) in (set, frozenset):
        made = type(value)(shuffle([rebuilt(part, change, shuffle) for part in sorted(value, key=spelt)]))
    else:
        return change(value)
    assume(len(made) == len(value))  # two keys may have become one
    return made


def noise(size):
    """A change of floats by as much as `size`, relative."""

    def change(leaf):
        return leaf * (1 + size) if type(leaf) is float and abs(leaf) < 1e300 else leaf

    return change


def spoilt(value, which):
    """The value with its leaf number `which` (of those it has, counted round) changed for one that does not agree."""
    leaves = []
    count(value, leaves)
    assume(leaves)
    chosen, seen = which % len(leaves), []

    def change(leaf):
        seen.append(leaf)
        return other_than(leaf) if len(seen) - 1 == chosen else leaf

    return rebuilt(value, change, list)


def count(value, leaves):
    if type(value) is dict:
        for pair in value.items():
            count(list(pair), leaves)
    elif type(value) in (list, tuple, deque, set, frozenset):
        for part in value:
            count(part, leaves)
    else:
        leaves.append(value)


def other_than(leaf):
    """Something that is easily taken for `leaf`."""
    if type(leaf) is bool:
        return int(leaf)
    if type(leaf) is int:
        return bool(leaf) if leaf in (0, 1) else leaf + 1
    if type(leaf) is float:
        return leaf + max(2e-9, abs(leaf) * 2e-9) if math.isfinite(leaf) else str(leaf)
    if type(leaf) is str:
        return leaf.encode("utf-8", "surrogatepass")
    return str(leaf)


def kin(leaf):
    """What is like a leaf: some of it agrees, some is a near miss."""
    if type(leaf) is float:
        return [leaf * (1 + 5e-10), leaf * (1 + 2e-9), leaf + 5e-13, leaf + 2e-12, -leaf]
    if type(leaf) in (bool, int):
        return [int(leaf), bool(leaf), leaf + 1, str(leaf)]
    if type(leaf) is decimal.Decimal:
        return [leaf * decimal.Decimal("1.0"), leaf + 1, -leaf] if leaf.is_finite() else [str(leaf)]
    if type(leaf) is str:
        return [leaf + " ", leaf.upper(), leaf.replace("\ud83d\ude00", "😀"), leaf.replace("😀", "\ud83d\ude00")]
    return [str(leaf)]


@examples(800)
@given(VALUES, st.randoms(use_true_random=False))
def test_two_values_that_are_alike(value, chance):
    def change(leaf):
        return chance.choice(kin(leaf)) if chance.random() < 0.3 else leaf

    other = rebuilt(value, change, lambda members: chance.sample(members, len(members)))
    assert same(through(value), through(other)) is agree(value, other)


@examples(400)
@given(VALUES, VALUES)
def test_any_two_values(left, right):
    assert same(through(left), through(right)) is agree(left, right)


@examples(400)
@given(VALUES, st.randoms(use_true_random=False), st.sampled_from([0.0, 4e-10, -4e-10]))
def test_order_and_noise_do_not_count(value, chance, size):
    twin = rebuilt(value, noise(size), lambda members: chance.sample(members, len(members)))
    assert agree(value, twin)
    assert same(through(value), through(twin))
    assert same(through(twin), through(value))


@examples(600)
@given(VALUES, st.integers(0, 1000))
def test_one_leaf_counts(value, which):
    other = spoilt(value, which)
    assert not agree(value, other)
    assert not same(through(value), through(other))
    assert not same(through(other), through(value))


@examples(300)
@given(VALUES, st.sampled_from([list, tuple, deque]), st.sampled_from([list, tuple, deque]))
def test_the_kind_of_a_sequence_counts(value, one, other):
    assert same(through(one([value])), through(other([value]))) is (one is other)


STEP = 6e-10
"""One step away is within the tolerance, two steps are not."""
GRID = st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans()), min_size=1, max_size=5)


def on_grid(points):
    return {(1 + x * STEP, -2 - y * 2 * STEP, kind) for x, y, kind in points}


@examples(500)
@given(GRID, st.randoms(use_true_random=False))
def test_members_that_agree_with_several(points, chance):
    """There is a pairing, as every member moved one step at most; a search that never takes back misses it."""
    moved = {(x + chance.randint(-1, 1), y + chance.randint(-1, 1), kind) for x, y, kind in points}
    assume(len(moved) == len(points))
    assert same(through(on_grid(points)), through(on_grid(moved)))


@examples(500)
@given(GRID, GRID)
def test_members_that_may_agree_with_several(points, others):
    left, right = on_grid(points), on_grid(others)
    assert same(through(left), through(right)) is agree(left, right)
    assert same(through({frozenset(left)}), through({frozenset(right)})) is agree(left, right)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(1 << 200, 1 << 201) | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["dict", "set", "tuple", "frozenset", "opaque", "int", "ndarray", "Decimal", "str", "x"]),
            inner,
            max_size=2,
        )
    ),
    max_leaves=15,
)


@examples(600)
@given(JSON, JSON)
def test_whatever_is_claimed_there_is_a_verdict(left, right):
    assert type(same(left, right)) is bool
    assert same(left, right) == same(right, left)
    assert same(left, left) == comparable(left)
    show(left).encode()


WITHOUT_FORM = st.recursive(
    st.sampled_from(["opaque", '{"opaque": ', {"opaque": 1}, {'{"opaque": ': "opaque"}, object, len, object()]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["opaque", "a"]), inner, max_size=2),
    max_leaves=6,
)


@examples(600)
@given(VALUES | WITHOUT_FORM)
def test_what_has_a_plain_form_is_seen_without_reading(value):
    payload = json.dumps(["value", encode(value), ""]).encode()
    assert Report(b"V", payload).plain == comparable(through(value))
    assert not any(Report(state, payload).plain for state in (b"T", b"D", b"L"))
    assert not Report(b"V", payload.replace(b"value", b"raised", 1)).plain


@examples(300)
@given(VALUES, JSON, st.randoms(use_true_random=False))
def test_a_report_that_was_tampered_with(value, forged, chance):
    honest = through(value)
    assert type(same(honest, graft(honest, forged, chance))) is bool


def graft(report, forged, chance):
    """A report with one of its parts replaced."""
    if isinstance(report, list) and report and chance.random() < 0.8:
        number = chance.randrange(len(report))
        return [*report[:number], graft(report[number], forged, chance), *report[number + 1 :]]
    if isinstance(report, dict) and chance.random() < 0.8:
        return {tag: graft(inner, forged, chance) for tag, inner in report.items()}
    return forged


@pytest.mark.parametrize("seed", range(3))
def test_large_sets_with_noise(seed):
    chance = random.Random(seed)
    points = {(chance.randrange(20) / 7, chance.randrange(20) / 3) for _ in range(300)}
    noisy = {(x * (1 + chance.uniform(-4e-10, 4e-10)), y * (1 + chance.uniform(-4e-10, 4e-10))) for x, y in points}
    assert same(through(points), through(noisy))
    spoilt_one = noisy - {next(iter(noisy))} | {(99.5, 99.5)}
    assert not same(through(points), through(spoilt_one))


def test_the_oracle_itself():
    assert agree({1.0, 0.0}, {-0.0, 1.0 + 6e-10})
    assert not agree({1.0: 1}, {1.0 + 2e-9: 1})
    assert not agree([uuid.UUID(int=1)], [uuid.UUID(int=2)])
    assert agree(fractions.Fraction(1, 2), fractions.Fraction(2, 4))
