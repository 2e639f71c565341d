"""Python values as plain JSON: types stay apart, nothing can execute, nothing is an object any more.

None, bool, str, float, small int and list are themselves; everything else is an object with one key, its tag:
`{"tuple": [1, 2.0]}`, `{"dict": [["a", 1]]}`, `{"set": [...]}`, `{"ndarray": ["float64", [2], [0.5, 1.0]]}`.
What has no faithful plain form is `{"opaque": "module.Type"}`, which equals nothing.
"""

import dataclasses
import datetime
import decimal
import enum
import fractions
import itertools
import types
import uuid
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from typing import Any

MOST_ITEMS = 10_000
"""Items taken from an iterator; one that yields more is opaque."""
MOST_DEPTH = 60
"""Nesting beyond which a value is opaque (cycles end here too)."""
MOST_INT = 1 << 53

ITERATORS: tuple[type, ...] = (
    types.GeneratorType, map, filter, zip, enumerate, reversed, itertools.chain, itertools.islice, itertools.product,
    itertools.permutations, itertools.combinations, itertools.accumulate, itertools.starmap, itertools.takewhile,
    itertools.dropwhile, itertools.zip_longest, itertools.count, itertools.cycle, itertools.repeat,
    type(iter([])), type(iter(())), type(iter({})), type(iter(set())), type(iter("")), type(iter(range(0))),
    type(iter({}.values())), type(iter({}.items())), type(reversed([])),
)  # fmt: skip


def encode(value: Any, depth: int = 0) -> Any:
    """The tagged form of `value`."""
    kind = type(value)
    if value is None or kind is bool or kind is str or kind is float:
        return value
    if kind is int:
        return value if -MOST_INT < value < MOST_INT else {"int": hex(value)}
    if depth >= MOST_DEPTH:
        return {"opaque": "nested too deeply"}
    if kind is list:
        return _items(value, depth + 1)
    encoder = ENCODERS.get(kind)
    if encoder is not None:
        return encoder(value, depth + 1)
    return _encode_other(value, kind, depth + 1)


def _items(values: Any, depth: int) -> list[Any]:
    return [encode(value, depth) for value in values]


def _pairs(value: Any, depth: int) -> Any:
    return {"dict": [[encode(key, depth), encode(item, depth)] for key, item in dict.items(value)]}


def _iterator(value: Iterator[Any], depth: int) -> Any:
    taken = list(itertools.islice(value, MOST_ITEMS + 1))
    return {"opaque": "endless iterator"} if len(taken) > MOST_ITEMS else {"iterator": _items(taken, depth)}


def _tagged(tag: str) -> Callable[[Any, int], Any]:
    return lambda value, depth: {tag: _items(value, depth)}


def _text(tag: str, show: Callable[[Any], str]) -> Callable[[Any, int], Any]:
    return lambda value, depth: {tag: show(value)}


ENCODERS: dict[type, Callable[[Any, int], Any]] = {
    tuple: _tagged("tuple"), set: _tagged("set"), frozenset: _tagged("frozenset"),
    deque: _tagged("deque"), type({}.keys()): _tagged("set"), type({}.values()): _items,
    type({}.items()): _tagged("set"),
    dict: _pairs, defaultdict: _pairs, OrderedDict: _pairs, Counter: _pairs,
    ChainMap: lambda value, depth: _pairs(dict(value), depth),
    range: lambda value, depth: {"range": [encode(x) for x in (value.start, value.stop, value.step)]},
    bytes: _text("bytes", bytes.hex), bytearray: _text("bytearray", bytearray.hex),
    complex: lambda value, depth: {"complex": [value.real, value.imag]},
    decimal.Decimal: _text("Decimal", str),
    fractions.Fraction: lambda value, depth: {"Fraction": [encode(value.numerator), encode(value.denominator)]},
    datetime.datetime: _text("datetime", datetime.datetime.isoformat),
    datetime.date: _text("date", datetime.date.isoformat), datetime.time: _text("time", datetime.time.isoformat),
    datetime.timedelta: lambda value, depth: {"timedelta": [value.days, value.seconds, value.microseconds]},
    uuid.UUID: _text("UUID", str),
}  # fmt: skip
ENCODERS.update(dict.fromkeys(ITERATORS, _iterator))


def _encode_other(value: Any, kind: type, depth: int) -> Any:
    """Values known by their family: NumPy, pandas, enumerations, records, exceptions, classes."""
    module = kind.__module__.partition(".")[0]
    if module == "numpy":
        return _numpy(value, kind, depth)
    if module == "pandas":
        return _pandas(value, kind, depth)
    if isinstance(value, enum.Enum):
        return {"enum": [kind.__name__, value.name]}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [[field.name, encode(getattr(value, field.name), depth)] for field in dataclasses.fields(value)]
        return {"record": [kind.__name__, fields]}
    if isinstance(value, tuple) and hasattr(kind, "_fields"):  # a named tuple is a tuple to whoever uses it
        return {"tuple": _items(tuple.__iter__(value), depth)}
    if isinstance(value, BaseException):
        return {"exception": [kind.__name__, _items(value.args, depth)]}
    if kind is type and value.__module__ == "builtins":
        return {"type": value.__name__}
    return {"opaque": f"{kind.__module__}.{kind.__qualname__}"}


def _numpy(value: Any, kind: type, depth: int) -> Any:
    """Scalars as `{"numpy": [dtype, item]}`, arrays as `{"ndarray": [dtype, shape, flat items]}`."""
    if kind.__name__ == "ndarray":
        return {"ndarray": [str(value.dtype), list(value.shape), _items(value.ravel().tolist(), depth)]}
    if hasattr(value, "dtype") and hasattr(value, "item"):
        return {"numpy": [str(value.dtype), encode(value.item(), depth)]}
    return {"opaque": f"numpy.{kind.__name__}"}


def _pandas(value: Any, kind: type, depth: int) -> Any:
    if kind.__name__ == "Series":
        return {"Series": [str(value.dtype), _items(value.index.tolist(), depth), _items(value.tolist(), depth)]}
    if kind.__name__ == "DataFrame":
        columns = [[encode(name, depth), encode(value[name], depth)] for name in value.columns]
        return {"DataFrame": [_items(value.index.tolist(), depth), columns]}
    if kind.__name__ in ("Timestamp", "Timedelta"):
        return {kind.__name__: value.isoformat()}
    return {"opaque": f"pandas.{kind.__name__}"}
