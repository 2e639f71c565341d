"""How a command's fields are called on the command line and in a config file. One place, so that both agree."""

from collections.abc import Iterator
from typing import get_args

import tyro
from pydantic import BaseModel
from pydantic.fields import FieldInfo


def key(name: str, field: FieldInfo) -> str:
    """The field's name as users know it: as `tyro.conf.arg(name=...)` says, else its own."""
    given = next((mark.name for mark in field.metadata if getattr(mark, "name", None)), name)
    return str(given).replace("-", "_")


def group(field: FieldInfo) -> type[BaseModel] | None:
    """The class of a field that is a group of options; None for an option."""
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def flat(field: FieldInfo) -> bool:
    """Whether the group's options appear without its name (`tyro.conf.OmitArgPrefixes`)."""
    return _marked(field, tyro.conf.OmitArgPrefixes)


def flags(kind: type[BaseModel], prefix: str = "--") -> Iterator[str]:
    """Every long option of a command's class."""
    for name, field in kind.model_fields.items():
        inner, flag = group(field), prefix + key(name, field).replace("_", "-")
        if inner is not None:
            yield from flags(inner, prefix if flat(field) else f"{flag}.")
        elif not _marked(field, tyro.conf.Positional):
            yield flag
            if field.annotation is bool:
                yield flag.replace(prefix, f"{prefix}no-", 1)
            yield from (alias for mark in field.metadata for alias in getattr(mark, "aliases", None) or ())


def keys(kind: type[BaseModel]) -> Iterator[str]:
    """What may stand in a config file, or in the table of a group."""
    for name, field in kind.model_fields.items():
        inner = group(field)
        if inner is not None and flat(field):
            yield from keys(inner)
        elif name != "config":
            yield key(name, field)


def _marked(field: FieldInfo, marker: object) -> bool:
    """Whether tyro's marker (at run time an object, whatever type checkers are told) stands on the field."""
    return any(mark is marker or mark in get_args(marker)[1:] for mark in field.metadata)
