"""`--config FILE.toml`: the file's values become a command's defaults; the command line wins over them.

The keys are the options' names (`base-url` or `base_url`); an option such as `--human.model` is the key
`model` in the table `[human]`, and options of a group without a prefix stand at the top, as on the command line.
"""

import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

import tyro
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from dulcet.errors import InputError

Fields = TypeVar("Fields", bound=BaseModel)


def read_toml(path: Path) -> dict[str, Any]:
    """The file's tables. Raises InputError naming the file (and the line of a syntax error)."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path), do="Check --config.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"not TOML ({error})", where=str(path)) from error


def defaults(command: type[Fields], path: Path) -> Fields:
    """An unvalidated instance of `command` with the file's values in place of its defaults, for tyro to start from.

    Fields that neither the file nor the class gives a value are `tyro.MISSING`. Raises InputError for an unknown
    key (naming the nearest) and for a value that does not fit its field.
    """
    table = {key.replace("-", "_"): value for key, value in read_toml(path).items()}
    known = _keys(command)
    for key in table:
        _require_known(key, known, path)
    return _fill(command, table, path, "", None)


def _name(name: str) -> str:
    return "json" if name == "json_out" else name


def _group(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _flat(field: FieldInfo) -> bool:
    """Whether the group's options appear without its name (`tyro.conf.OmitArgPrefixes`)."""
    marker: object = tyro.conf.OmitArgPrefixes  # at run time a marker object, whatever type checkers are told
    return any(mark is marker for mark in field.metadata)


def _keys(kind: type[BaseModel]) -> list[str]:
    """What may stand in the file (or in a group's table)."""
    keys: list[str] = []
    for name, field in kind.model_fields.items():
        group = _group(field)
        keys += _keys(group) if group and _flat(field) else [_name(name)]
    return [key for key in keys if key != "config"]


def _require_known(key: str, known: list[str], path: Path) -> None:
    if key in known:
        return
    near = difflib.get_close_matches(key, known, 1, 0)
    do = f"The nearest known key is '{near[0]}'." if near else ""
    raise InputError(f"unknown key '{key}'", where=str(path), do=do)


def _fill(kind: type[Fields], table: dict[str, Any], path: Path, prefix: str, base: BaseModel | None) -> Fields:
    """`base` (or the class's defaults) with the values of `table` laid over it."""
    values: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        default = getattr(base, name) if base is not None else _default(field)
        group, key = _group(field), _name(name)
        if group is None:
            values[name] = _checked(field, table[key], path, prefix + key) if key in table else default
            continue
        inner = table if _flat(field) else _subtable(group, table.get(key, {}), path, prefix + key)
        start = default if isinstance(default, BaseModel) else None
        values[name] = _fill(group, inner, path, prefix if _flat(field) else f"{prefix}{key}.", start)
    return kind.model_construct(**values)


def _default(field: FieldInfo) -> Any:
    return tyro.MISSING if field.is_required() else field.get_default(call_default_factory=True)


def _subtable(group: type[BaseModel], value: Any, path: Path, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"field '{name}': should be a table", where=str(path), do=f"Write [{name}] and its keys.")
    table = {key.replace("-", "_"): inner for key, inner in value.items()}
    for key in table:
        _require_known(key, _keys(group), path)
    return table


def _checked(field: FieldInfo, value: Any, path: Path, name: str) -> Any:
    try:
        whole: Any = Annotated[(field.annotation, None, *field.metadata)]  # with its limits, e.g. ge=1
        return TypeAdapter(whole).validate_python(value)
    except ValidationError as error:
        raise InputError(f"field '{name}': {error.errors()[0]['msg']}", where=str(path)) from error
