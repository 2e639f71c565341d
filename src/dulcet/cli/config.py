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

from dulcet.cli.fields import flat, group, key, keys
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
    table = {word.replace("-", "_"): value for word, value in read_toml(path).items()}
    known = list(keys(command))
    for word in table:
        _require_known(word, known, path)
    return _fill(command, table, path, "", None)


def _require_known(word: str, known: list[str], path: Path) -> None:
    if word in known:
        return
    near = difflib.get_close_matches(word, known, 1, 0)
    do = f"The nearest known key is '{near[0]}'." if near else ""
    raise InputError(f"unknown key '{word}'", where=str(path), do=do)


def _fill(kind: type[Fields], table: dict[str, Any], path: Path, prefix: str, base: BaseModel | None) -> Fields:
    """`base` (or the class's defaults) with the values of `table` laid over it."""
    values: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        default = getattr(base, name) if base is not None else _default(field)
        inner, word = group(field), key(name, field)
        if inner is None:
            values[name] = _checked(field, table[word], path, prefix + word) if word in table else default
            continue
        under = table if flat(field) else _subtable(inner, table.get(word, {}), path, prefix + word)
        start = default if isinstance(default, BaseModel) else None
        values[name] = _fill(inner, under, path, prefix if flat(field) else f"{prefix}{word}.", start)
    return kind.model_construct(**values)


def _default(field: FieldInfo) -> Any:
    return tyro.MISSING if field.is_required() else field.get_default(call_default_factory=True)


def _subtable(kind: type[BaseModel], value: Any, path: Path, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"field '{name}': should be a table", where=str(path), do=f"Write [{name}] and its keys.")
    table = {word.replace("-", "_"): inner for word, inner in value.items()}
    for word in table:
        _require_known(word, list(keys(kind)), path)
    return table


def _checked(field: FieldInfo, value: Any, path: Path, name: str) -> Any:
    try:
        whole: Any = Annotated[(field.annotation, None, *field.metadata)]  # with its limits, e.g. ge=1
        return TypeAdapter(whole).validate_python(value)
    except ValidationError as error:
        raise InputError(f"field '{name}': {error.errors()[0]['msg']}", where=str(path)) from error
