"""What a value of a known family consists of: a tag and plain parts, which are encoded in its place."""

import datetime
import enum
import sys
import types
from collections.abc import Callable
from typing import Any

from . import arrays

Parts = tuple[str, Any]


def parts(value: Any, kind: type) -> Parts | None:
    """(tag, parts) of a value, or None: it has no plain form, or an attribute that fails when it is asked for."""
    try:
        return _parts(value, kind)
    except MemoryError:
        raise
    except Exception:  # the class is the answer's: its attributes may raise anything
        return None


def _parts(value: Any, kind: type) -> Parts | None:
    reader = READERS.get(kind)
    if reader is not None:
        return kind.__name__, reader(value)
    module = kind.__module__.partition(".")[0]
    library, loaded = LIBRARIES.get(module), sys.modules.get(module) or sys.modules.get(f"_{module}")
    if library is not None and loaded is not None:
        return library(value, kind, loaded)
    return _record(value, kind)


def _record(value: Any, kind: type) -> Parts | None:
    """Values whose class the program (or a module) defines."""
    if issubclass(kind, enum.Enum):
        return "enum", [kind.__name__, value.name, value.value]
    dataclasses = sys.modules.get("dataclasses")
    if dataclasses is not None and dataclasses.is_dataclass(kind):
        fields = [field.name for field in dataclasses.fields(value)]
        return "record", [kind.__name__, [[name, getattr(value, name)] for name in fields]]
    if issubclass(kind, tuple) and (hasattr(kind, "_fields") or hasattr(kind, "n_sequence_fields")):
        return "tuple", list(tuple.__iter__(value))  # a named tuple is a tuple to whoever uses it
    if issubclass(kind, BaseException):
        return "exception", [kind.__name__, list(value.args)]
    if kind is type and value.__module__ == "builtins":
        return "type", value.__name__
    for base, plain in BASES.items():
        if issubclass(kind, base):  # an own kind of str or list: its name and what it holds
            return "subclass", [kind.__name__, plain(value)]
    return None


def _exactly(name: str, plain: Callable[[Any], Any]) -> Callable[[Any, type, Any], Parts | None]:
    """Reads the values of one class of a library, which is looked up among what is loaded; others as records."""
    return lambda value, kind, module: (name, plain(value)) if kind is getattr(module, name) else _record(value, kind)


def _decimal(value: Any) -> str:
    """The number without its trailing zeros: 1.5 is 1.50, and no NaN is another's."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return str(value)
    text = "".join(map(str, digits)).lstrip("0")
    kept = text.rstrip("0")
    return f"{'-' * (sign and bool(kept))}{kept or 0}E{exponent + len(text) - len(kept) if kept else 0}"


def _datetime(value: datetime.datetime) -> str:
    """An aware one by its instant: noon in UTC is one o'clock an hour further east."""
    if value.utcoffset() is None:
        return value.replace(tzinfo=None).isoformat()
    try:
        return value.astimezone(datetime.UTC).isoformat()
    except OverflowError:
        return value.isoformat()


def _text(value: Any) -> str:
    return str(value)


READERS: dict[type, Callable[[Any], Any]] = {
    datetime.datetime: _datetime,
    datetime.date: _text, datetime.time: _text, datetime.timezone: _text,
    type(Ellipsis): _text, type(NotImplemented): _text,
    datetime.timedelta: lambda value: [value.days, value.seconds, value.microseconds],
    slice: lambda value: [value.start, value.stop, value.step],
    memoryview: lambda value: [value.format, list(value.shape), value.tobytes().hex()],
    types.SimpleNamespace: vars,
    types.MappingProxyType: dict,
}  # fmt: skip
BASES: dict[type, Callable[[Any], Any]] = {
    int: int.__int__, float: float.__float__, complex: complex.__pos__, str: str.__str__,
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    bytearray: lambda value: bytearray.__getitem__(value, slice(None)),
    list: list.copy, dict: dict.copy, tuple: lambda value: tuple.__getitem__(value, slice(None)),
    set: lambda value: set().union(value), frozenset: lambda value: frozenset().union(value),
}  # fmt: skip
"""How the plain value in one of a subclass is read without asking the subclass."""
LIBRARIES: dict[str, Callable[[Any, type, Any], Parts | None]] = {
    "decimal": _exactly("Decimal", _decimal),
    "fractions": _exactly("Fraction", lambda value: [value.numerator, value.denominator]),
    "uuid": _exactly("UUID", _text),
    "numpy": arrays.of_numpy,
    "pandas": arrays.of_pandas,
    "array": lambda value, kind, module: ("array", [value.typecode, value.tolist()]),
    "pathlib": lambda value, kind, module: ("path", [kind.__name__, str(value)]),
    "ipaddress": lambda value, kind, module: ("ipaddress", [kind.__name__, str(value)]),
    "zoneinfo": lambda value, kind, module: ("zone", value.key),
}
"""None of them is loaded here: who returns their values has loaded them."""
