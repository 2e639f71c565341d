"""JSON Lines on disk: appended line by line, whole after SIGKILL, one pydantic schema a file.

A line is written with a single `write` and flushed to the operating system, so a killed process loses
at most the line it was writing. `read` therefore forgives a torn *last* line, and nothing else.
"""

import errno
import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Self, TypeVar

from pydantic import BaseModel, ValidationError

from dulcet.errors import InputError, StorageError

Record = TypeVar("Record", bound=BaseModel)


def describe(error: ValidationError) -> str:
    """The first fault of a pydantic error as `field: message`."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"]) or "record"
    return f"field '{field}': {first['msg']}"


def lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line number, object) of every line; a torn last line is left out, any other bad line raises InputError."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path), do="Check the path.") from error
    pieces = raw.split(b"\n")
    for number, piece in enumerate(pieces, start=1):
        if not piece.strip():
            continue
        try:
            value = json.loads(piece)
        except ValueError as error:
            if number == len(pieces):  # no newline at its end: the write was cut off
                return
            raise InputError(f"not JSON ({error})", where=f"{path}:{number}") from error
        if not isinstance(value, dict):
            raise InputError("not a JSON object", where=f"{path}:{number}")
        yield number, value


def read(path: Path, schema: type[Record]) -> list[Record]:
    """All records of the file; a record that does not fit the schema raises InputError with file, line and field."""
    records = []
    for number, value in lines(path):
        try:
            records.append(schema.model_validate(value))
        except ValidationError as error:
            raise InputError(describe(error), where=f"{path}:{number}") from error
    return records


def read_if_exists(path: Path, schema: type[Record]) -> list[Record]:
    """`read`, or an empty list where there is no file yet."""
    return read(path, schema) if path.exists() else []


class Appender:
    """Appends records to a file, one whole line at a time. Use as a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Self:
        with storage(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._drop_torn_line()
            self._file: IO[bytes] = self.path.open("ab", buffering=0)
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()

    def append(self, record: BaseModel) -> None:
        """Write one record. Raises StorageError when the disk is full; earlier lines stay whole."""
        line = record.model_dump_json(by_alias=True).encode() + b"\n"
        start = self._file.seek(0, os.SEEK_END)  # tell() would be wrong after a write that was taken back
        with storage(self.path):
            if self._file.write(line) != len(line):
                self._file.truncate(start)
                raise OSError(errno.ENOSPC, "No space left on device")

    def _drop_torn_line(self) -> None:
        if not self.path.exists():
            return
        raw = self.path.read_bytes()
        if raw and not raw.endswith(b"\n"):
            os.truncate(self.path, raw.rfind(b"\n") + 1)


class storage:  # noqa: N801  (reads as a statement: `with storage(path): ...`)
    """Turns an OSError raised inside into a StorageError that names the path."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            do = f"{'Free some space' if full else 'Check the path'} and run the same command again: it continues."
            raise StorageError(f"cannot be written ({error.strerror})", where=str(self.path), do=do) from error


def write_atomic(path: Path, content: str | bytes | Callable[[Path], None]) -> None:
    """Write the whole file under a temporary name, flush it to disk, rename it. Readers see the old file or the new."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with storage(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            if callable(content):
                content(temporary)
            else:
                temporary.write_bytes(content.encode() if isinstance(content, str) else content)
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def write_all(path: Path, records: Iterable[BaseModel]) -> None:
    """Write a whole file of records atomically."""
    write_atomic(path, "".join(record.model_dump_json(by_alias=True) + "\n" for record in records))


def read_json(path: Path) -> dict[str, Any]:
    """One JSON object. Raises InputError where the file cannot be read or holds something else."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"cannot be read ({error})", where=str(path), do="Move it away.") from error
    if not isinstance(value, dict):
        raise InputError("not a JSON object", where=str(path))
    return value


def read_document(path: Path, schema: type[Record]) -> Record:
    """One JSON document of a schema. Raises InputError naming the file and the field."""
    try:
        return schema.model_validate(json.loads(path.read_bytes()))
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path)) from error
    except ValidationError as error:
        raise InputError(describe(error), where=str(path)) from error
    except ValueError as error:
        raise InputError(f"not JSON ({error})", where=str(path)) from error


def write_json(path: Path, value: Any) -> None:
    """Write one indented JSON document atomically."""
    write_atomic(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")
