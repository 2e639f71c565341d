"""The rows that MemGPT's authors made of Multi-Session Chat: sessions 1 to 4, and a question that needs them.

One JSON object a line: {previous_dialogs: [{dialog: [{text}], time_num?, time_unit?}], dialog: [{text, id}],
personas: [[…], […]], self_instruct: {B: question, A: answer}}. B asks and A answers, so that A (Speaker 1) is the
agent. Lines of the public Multi-Session Chat files have the same shape without the question: they serve the opener.

Where a message of an earlier session does not say whose it is, the speakers take turns and Speaker 1 begins. A session
lies `time_num time_unit` before the next where that is noted, else a week.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from dulcet.benchmarks.memory.files import Row, read_rows, source_of
from dulcet.benchmarks.memory.suite import History, Question, Suite, Turn, checked
from dulcet.benchmarks.memory.times import START, turn_time
from dulcet.errors import InputError

UNITS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}
"""Days in a unit of time."""
CLOCK = "gaps between sessions as noted, from 2024-01-01, a turn a minute"


def read_dmr(path: Path) -> Suite:
    """The authors' questions. The evidence is not noted: the figure beside the judge's is ROUGE-L recall."""
    histories: dict[str, History] = {}
    questions: list[Question] = []
    for number, row in enumerate(read_rows(path)):
        sessions = [*row.rows("previous_dialogs"), row]
        history = _history(f"dmr-{number}", sessions, user="Speaker 2")
        asked = row.row("self_instruct")
        histories[history.id] = history
        questions.append(Question(f"{history.id}-q", history.id, asked.text("B"), (asked.text("A"),)))
    return checked(Suite("dmr", histories, tuple(questions), {**source_of(path), "clock": CLOCK}), str(path))


def read_opener(path: Path) -> Suite:
    """The first message of the line's own session is the human opener; both personas are what it may draw on."""
    histories: dict[str, History] = {}
    questions: list[Question] = []
    for number, row in enumerate(read_rows(path)):
        if not row.items("dialog"):
            raise InputError("field 'dialog': empty", where=row.where)
        first = row.rows("dialog")[0]
        opener = str(first.value.get("id", "Speaker 1"))
        history = _history(f"msc-{number}", row.rows("previous_dialogs"), user=_other(opener))
        persona = _persona(row)
        histories[history.id] = history
        meta = {"persona": persona}
        questions.append(Question(f"{history.id}-opener", history.id, "", (first.text("text"),), meta=meta))
    source = {**source_of(path), "clock": CLOCK, "persona": "the lines of both speakers"}
    return checked(Suite("opener", histories, tuple(questions), source), str(path))


def _history(name: str, sessions: list[Row], *, user: str) -> History:
    turns: list[Turn] = []
    start = START
    for number, session in enumerate(sessions, start=1):
        for index, entry in enumerate(session.rows("dialog")):
            speaker = str(entry.value.get("id") or f"Speaker {index % 2 + 1}")
            turns.append(Turn(f"D{number}:{index + 1}", speaker, entry.text("text"), turn_time(start, index), number))
        start += max(_gap(session.value), timedelta(hours=1))
    return History(name, tuple(turns), user=user)


def _persona(row: Row) -> list[str]:
    lists = row.items("personas")
    if not all(isinstance(lines, list) and all(isinstance(line, str) for line in lines) for lines in lists):
        raise InputError("field 'personas': lists of texts are needed", where=row.where)
    if not (persona := [line for lines in lists for line in lines if line.strip()]):
        raise InputError("field 'personas': empty", where=row.where)
    return persona


def _gap(session: dict[str, Any]) -> timedelta:
    unit = str(session.get("time_unit") or "").rstrip("s").lower()
    count = session.get("time_num")
    if unit not in UNITS or not isinstance(count, int | float) or not 0 <= count <= 10_000:
        return timedelta(days=7)
    return timedelta(days=UNITS[unit] * count)


def _other(speaker: str) -> str:
    return "Speaker 2" if speaker == "Speaker 1" else "Speaker 1"
