"""Python values as plain JSON: types stay apart, nothing can execute, nothing is an object any more.

None, bool, str, float, small int and list are themselves; everything else is an object with one key, its tag:
`{"tuple": [1, 2.0]}`, `{"dict": [["a", 1]]}`, `{"set": [...]}`, `{"ndarray": ["float64", [2], [0.5, 1.0]]}`.
What has no faithful plain form is `{"opaque": "module.Type"}`, which equals nothing. Only `type(value)` is believed,
never what an object says of itself.
"""

from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from typing import Any

from .parts import parts

MOST_ITEMS = 10_000
"""Items taken from an iterator; one that yields more is opaque."""
MOST_DEPTH = 60
"""Nesting beyond which a value is opaque."""
MOST_INT = 1 << 53
Path = tuple[int, ...]
"""The containers around a value, by identity: where one comes again, there is a cycle."""


def encode(value: Any, path: Path = ()) -> Any:
    """The tagged form of `value`. Raises what an iterator in it raises."""
    kind = type(value)
    if value is None or kind is bool or kind is float:
        return value
    if kind is int:
        return value if -MOST_INT < value < MOST_INT else {"int": hex(value)}
    if kind is str:
        return value if value.isascii() else _text(value)
    if len(path) >= MOST_DEPTH or id(value) in path:
        return {"opaque": "a cycle, or nested too deeply"}
    path = (*path, id(value))
    if kind is list:
        return _items(value, path)
    encoder = ENCODERS.get(kind)
    return encoder(value, path) if encoder is not None else _by_family(value, kind, path)


def _text(value: str) -> Any:
    """Text as it is, but for surrogates: JSON would read two of them as one character."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return {"str": value.encode("utf-8", "surrogatepass").hex()}
    return value


def _items(values: Any, path: Path) -> list[Any]:
    return [encode(value, path) for value in values]


def _pairs(value: Any, path: Path) -> Any:
    return {"dict": [[encode(key, path), encode(item, path)] for key, item in dict.items(value)]}


def _iterator(value: Iterator[Any], path: Path) -> Any:
    """The items, each encoded before the next is asked for (`groupby` forgets a group when it goes on)."""
    items: list[Any] = []
    for item in value:
        if len(items) == MOST_ITEMS:
            return {"opaque": "endless iterator"}
        items.append(encode(item, path))
    return {"iterator": items}


def _tagged(tag: str) -> Callable[[Any, Path], Any]:
    return lambda value, path: {tag: _items(value, path)}


def _by_family(value: Any, kind: type, path: Path) -> Any:
    found = parts(value, kind)
    if found is not None:
        tag, inner = found
        return {tag: encode(inner, path)}
    if issubclass(kind, Iterator):
        return _iterator(value, path)
    return {"opaque": f"{kind.__module__}.{kind.__qualname__}"}


ENCODERS: dict[type, Callable[[Any, Path], Any]] = {
    tuple: _tagged("tuple"), set: _tagged("set"), frozenset: _tagged("frozenset"), deque: _tagged("deque"),
    type({}.keys()): _tagged("set"), type({}.items()): _tagged("set"), type({}.values()): _tagged("dict_values"),
    dict: _pairs, defaultdict: _pairs, OrderedDict: _pairs, Counter: _pairs,
    ChainMap: lambda value, path: _pairs(dict(value), path),
    range: lambda value, path: {"range": [encode(x) for x in (value.start, value.stop, value.step)]},
    bytes: lambda value, path: {"bytes": value.hex()},
    bytearray: lambda value, path: {"bytearray": value.hex()},
    complex: lambda value, path: {"complex": [value.real, value.imag]},
}  # fmt: skip
