"""Reading other people's JSON: every fault names the file, the place and the field."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dulcet.errors import InputError


@dataclass(frozen=True)
class Row:
    """A JSON object, and where it stands."""

    value: dict[str, Any]
    where: str

    def __post_init__(self) -> None:
        if not isinstance(self.value, dict):
            raise InputError("an object is needed", where=self.where)

    def text(self, name: str, *, blank: bool = False) -> str:
        """A text that must be there; with `blank` it may be empty. Raises InputError naming the field."""
        value = self._get(name)
        if not isinstance(value, str):
            raise InputError(f"field '{name}': a text is needed, not {type(value).__name__}", where=self.where)
        if not blank and not value.strip():
            raise InputError(f"field '{name}': empty", where=self.where)
        return value

    def items(self, name: str) -> list[Any]:
        """A list that must be there. Raises InputError naming the field."""
        value = self._get(name)
        if not isinstance(value, list):
            raise InputError(f"field '{name}': a list is needed, not {type(value).__name__}", where=self.where)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts that must be there. Raises InputError naming the field."""
        values = self.items(name)
        if not all(isinstance(value, str) for value in values):
            raise InputError(f"field '{name}': a list of texts is needed", where=self.where)
        return tuple(values)

    def row(self, name: str) -> "Row":
        """An object that must be there. Raises InputError naming the field."""
        return Row(self._get(name), f"{self.where}.{name}")

    def rows(self, name: str) -> list["Row"]:
        """A list of objects that must be there. Raises InputError naming the field."""
        return [Row(value, f"{self.where}.{name}[{index}]") for index, value in enumerate(self.items(name))]

    def _get(self, name: str) -> Any:
        if name not in self.value:
            raise InputError(f"field '{name}': missing", where=self.where)
        return self.value[name]


def read_document(path: Path) -> list[Any]:
    """A file that is one JSON list. Raises InputError."""
    try:
        value = json.loads(_bytes(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON ({error})", where=str(path)) from error
    if not isinstance(value, list) or not value:
        raise InputError("a JSON list with something in it is needed", where=str(path))
    return value


def read_rows(path: Path) -> list[Row]:
    """A file of JSON objects, one a line. Raises InputError where it cannot be read, or holds none."""
    rows: list[Row] = []
    for number, line in enumerate(_bytes(path).split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            rows.append(Row(json.loads(line), f"{path}:{number}"))
        except (ValueError, RecursionError) as error:
            raise InputError(f"not JSON ({error})", where=f"{path}:{number}") from error
    if not rows:
        raise InputError("holds nothing", where=str(path), do="Give a file with one JSON object a line.")
    return rows


def source_of(path: Path) -> dict[str, Any]:
    """Which file this was: its name and the hash of what it holds."""
    return {"file": path.name, "sha256": hashlib.sha256(_bytes(path)).hexdigest()}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path), do="Check the path.") from error
