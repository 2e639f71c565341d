"""What goes into a memory from files, and out of it again: JSON Lines, plain text, Markdown.

A row of JSON Lines with a `role` is a message, any other a passage; `text` (or `content`) is what it says, `time` an
ISO 8601 moment, `speaker` a name, `meta` any object. What `export` writes, `import` reads. Text files become passages,
cut between paragraphs.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from dulcet.errors import InputError
from dulcet.jsonl import describe, lines
from dulcet.memory.base import Entry, Memory, NewEntry, NewPassage, Passage, Role, now
from dulcet.memory.items import clean

LONGEST = 1000
"""Characters of a passage that is made of a text file; longer paragraphs are cut between sentences or words."""
TEXTS = (".txt", ".md", ".markdown", ".rst")
ROWS = (".jsonl", ".ndjson")


class Row(BaseModel):
    """One line: a message, a passage, or a block of the working context."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Literal["message", "passage", "block"] | None = None
    """Unset: a message where there is a role, else a passage."""
    role: Role | None = None
    name: str | None = None
    """Of a block."""
    text: str = Field(validation_alias=AliasChoices("text", "content"))
    time: datetime | None = None
    speaker: str | None = None
    meta: dict[str, Any] = {}


def files_in(sources: Sequence[Path]) -> list[Path]:
    """The files that can be read, folders searched through. Raises InputError for what is missing or unreadable."""
    found: list[Path] = []
    for source in sources:
        if source.is_dir():
            inside = sorted(path for path in source.rglob("*") if path.suffix.lower() in TEXTS + ROWS)
            if not inside:
                raise InputError(f"the folder holds no {', '.join(TEXTS + ROWS)}", where=str(source))
            found += inside
        elif not source.is_file():
            raise InputError("cannot be read (no such file)", where=str(source), do="Check the path.")
        elif source.suffix.lower() not in TEXTS + ROWS:
            do = f"Give {', '.join(TEXTS + ROWS)}, or a folder of them."
            raise InputError(f"files of the kind '{source.suffix}' cannot be read", where=str(source), do=do)
        else:
            found.append(source)
    return found


def read_rows(path: Path) -> list[Row]:
    """The rows of a file. Raises InputError naming file, line and field."""
    if path.suffix.lower() in TEXTS:
        return [Row(kind="passage", text=piece, meta={"source": path.name}) for piece in passages(_text(path))]
    rows = []
    for number, value in lines(path):
        try:
            rows.append(Row.model_validate(clean(value)))
        except ValidationError as error:
            raise InputError(describe(error), where=f"{path}:{number}") from error
    return rows


def passages(text: str, longest: int = LONGEST) -> Iterator[str]:
    """A text in passages of at most `longest` characters: whole paragraphs as long as they fit together."""
    held = ""
    for paragraph in (piece.strip() for piece in text.replace("\r\n", "\n").split("\n\n")):
        for piece in _pieces(paragraph, longest):
            if held and len(held) + 2 + len(piece) > longest:
                yield held
                held = ""
            held = f"{held}\n\n{piece}" if held else piece
    if held:
        yield held


class Held:
    """What a memory held before an import, each thing as often as it did."""

    def __init__(self, memory: Memory) -> None:
        things: list[tuple[str, Entry | Passage]] = []
        things += [(entry.role, entry) for entry in memory.recall.last(memory.recall.count())]
        things += [("", passage) for passage in memory.archival.last(memory.archival.count())]
        self._left: Counter[str] = Counter()
        self.taken = 0
        for role, item in things:
            key = _key(role, item.text, _own(item))
            self._left.update([key, f"{item.time.isoformat()} {key}"])

    def take(self, row: Row) -> bool:
        """Whether the row is one of these; each is taken once. A row without a time is the same at any time."""
        role = (row.role or "user") if _kind(row) == "message" else ""
        key = _key(role, row.text, _meta(row))
        asked = [key] if row.time is None else [f"{_moment(row).astimezone(UTC).isoformat()} {key}", key]
        found = self._left[asked[0]] > 0
        if found:
            self._left.subtract(asked)
            self.taken += 1
        return found


def store(memory: Memory, rows: Sequence[Row], held: Held | None = None) -> dict[str, int]:
    """Put rows into a memory, messages and passages each in one transaction; how many of each kind.

    Messages and passages that were `held` before are not stored again.
    """
    if held is not None:
        rows = [row for row in rows if _kind(row) == "block" or not held.take(row)]
    messages = [_message(row) for row in rows if _kind(row) == "message"]
    archive = [NewPassage(row.text, _moment(row), _meta(row)) for row in rows if _kind(row) == "passage"]
    blocks = {row.name: row.text for row in rows if _kind(row) == "block" and row.name}
    memory.recall.append(messages)
    memory.archival.insert_many(archive)
    if blocks:
        _set_blocks(memory, blocks)
    return {"messages": len(messages), "passages": len(archive), "blocks": len(blocks)}


def dump(memory: Memory) -> Iterator[dict[str, Any]]:
    """Everything that a memory holds, as rows: blocks, messages and passages, each oldest first."""
    for name, text in memory.state().get("blocks", {}).items():
        yield {"kind": "block", "name": name, "text": text}
    for entry in memory.recall.last(memory.recall.count()):
        yield {"kind": "message", "role": entry.role, **_dumped(entry)}
    for passage in memory.archival.last(memory.archival.count()):
        yield {"kind": "passage", **_dumped(passage)}


def _set_blocks(memory: Memory, blocks: dict[str, str]) -> None:
    """Replace these blocks of the state, and nothing that another process sets meanwhile."""
    done = None
    while done is None:
        version, state = memory.state_version(), memory.state()
        new = {"format": "dulcet.context/1", **state, "blocks": {**state.get("blocks", {}), **blocks}}
        done = memory.replace_state(new, version)


def _dumped(item: Entry | Passage) -> dict[str, Any]:
    return {"text": item.text, "time": item.time.isoformat(), "meta": _own(item)}


def _own(item: Entry | Passage) -> dict[str, Any]:
    """What was given with an item; not what the queue noted."""
    return {name: value for name, value in item.meta.items() if name != "context"}


def _key(role: str, text: str, meta: dict[str, Any]) -> str:
    """What makes two rows the same; a passage has no role."""
    return json.dumps([role, text, meta], sort_keys=True)


def _kind(row: Row) -> str:
    return row.kind or ("message" if row.role else "passage")


def _message(row: Row) -> NewEntry:
    return NewEntry(row.role or "user", row.text, _moment(row), _meta(row))


def _meta(row: Row) -> dict[str, Any]:
    return {**row.meta, **({"speaker": row.speaker} if row.speaker else {})}


def _moment(row: Row) -> datetime:
    """A time without a zone is taken as UTC; without a time it is now."""
    if row.time is None:
        return now()
    return row.time if row.time.tzinfo else row.time.replace(tzinfo=UTC)


def _text(path: Path) -> str:
    try:
        text: str = clean(path.read_text(encoding="utf-8", errors="strict"))
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 ({error})", where=str(path), do="Save it as UTF-8.") from error
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path), do="Check the path.") from error
    return text


def _pieces(paragraph: str, longest: int) -> Iterator[str]:
    """A paragraph, cut after a sentence, else between words, else anywhere."""
    while len(paragraph) > longest:
        place = max(paragraph.rfind(mark, longest // 2, longest) + 1 for mark in (". ", "? ", "! ", "\n"))
        place = place or paragraph.rfind(" ", longest // 2, longest) + 1 or longest
        yield paragraph[:place].strip()
        paragraph = paragraph[place:].strip()
    if paragraph:
        yield paragraph
