"""What goes into a memory from files, and out of it again: JSON Lines, plain text, Markdown.

A row of JSON Lines with a `role` is a message, any other a passage; `text` (or `content`) is what it says, `time` an
ISO 8601 moment, `speaker` a name, `meta` any object. What `export` writes, `import` reads. Text files become passages,
cut between paragraphs.
"""

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


def store(memory: Memory, rows: Sequence[Row]) -> dict[str, int]:
    """Put rows into a memory, messages and passages each in one transaction; how many of each kind."""
    messages = [_message(row) for row in rows if _kind(row) == "message"]
    archive = [NewPassage(row.text, _moment(row), _meta(row)) for row in rows if _kind(row) == "passage"]
    blocks = {row.name: row.text for row in rows if _kind(row) == "block" and row.name}
    memory.recall.append(messages)
    memory.archival.insert_many(archive)
    if blocks:
        state = memory.state()
        memory.set_state({"format": "dulcet.context/1", **state, "blocks": {**state.get("blocks", {}), **blocks}})
    return {"messages": len(messages), "passages": len(archive), "blocks": len(blocks)}


def dump(memory: Memory) -> Iterator[dict[str, Any]]:
    """Everything that a memory holds, as rows: blocks, messages and passages, each oldest first."""
    for name, text in memory.state().get("blocks", {}).items():
        yield {"kind": "block", "name": name, "text": text}
    for entry in memory.recall.last(memory.recall.count()):
        yield {"kind": "message", "role": entry.role, **_dumped(entry)}
    for passage in memory.archival.last(memory.archival.count()):
        yield {"kind": "passage", **_dumped(passage)}


def _dumped(item: Entry | Passage) -> dict[str, Any]:
    meta = {name: value for name, value in item.meta.items() if name != "context"}
    return {"text": item.text, "time": item.time.isoformat(), "meta": meta}


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
