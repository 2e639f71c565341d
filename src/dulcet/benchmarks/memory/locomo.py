"""LoCoMo (Maharana et al. 2024, arXiv 2402.17753): very long conversations, and questions with the turns that answer.

A JSON list of {sample_id, conversation: {speaker_a, speaker_b, session_N, session_N_date_time}, qa}. Where a turn shows
a picture, its caption is part of what was said, as in the authors' own prompts. The first speaker is the user.

The numbers of the categories mean what the authors' code and counts say, below. Some later papers print the columns of
categories 1, 3 and 4 under each other's names: compare by number. An independent audit found about 6 % of the gold
answers wrong; its list is not part of this package, so nothing is left out, and evidence recall stands beside.
"""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from dulcet.benchmarks.memory.files import Row, read_document, source_of
from dulcet.benchmarks.memory.suite import History, Question, Suite, Turn, checked
from dulcet.benchmarks.memory.times import aware
from dulcet.errors import InputError

CATEGORIES: Final = {1: "1 multi-hop", 2: "2 temporal", 3: "3 open-domain", 4: "4 single-hop", 5: "5 adversarial"}
"""Category -> its name. Questions of category 5 ask for what was never said: to say so is right."""
ANSWERABLE = "1 to 4"
"""The categories that are usually reported together; their questions have an answer."""
SECONDS_A_TURN = 30
"""The sessions have a clock, the turns have not: each comes so much later than the one before."""
_ID = re.compile(r"D:?\s*(\d+)\s*:\s*(\d+)")


def read_locomo(path: Path) -> Suite:
    """All conversations of a file. Raises InputError with the file and the field that is wrong."""
    rows = read_document(path)
    histories: dict[str, History] = {}
    questions: list[Question] = []
    unknown = 0
    for number, value in enumerate(rows):
        row = Row(value, f"{path}[{number}]")
        history = _history(row)
        if history.id in histories:
            raise InputError(f"field 'sample_id': '{history.id}' stands there twice", where=row.where)
        histories[history.id] = history
        for index, entry in enumerate(row.items("qa")):
            question, lost = _question(Row(entry, f"{row.where}.qa[{index}]"), history, index)
            questions.append(question)
            unknown += lost
    notes = {"evidence_not_found": unknown, "wrong_gold_answers": "not flagged: no list of them comes with the data"}
    return checked(Suite("locomo", histories, tuple(questions), {**source_of(path), **notes}), str(path))


def said(entry: Row) -> str:
    """What a turn says, the caption of its picture included."""
    text = entry.text("text", blank=True)
    caption = entry.value.get("blip_caption")
    return f"{text} [shows {caption}]".strip() if isinstance(caption, str) and caption else text


def evidence_ids(noted: list[Any], known: set[str]) -> tuple[tuple[str, ...], int]:
    """(turns that exist, number of notes that name none): the notes hold slips such as `D:11:26` and `D8:6; D9:17`."""
    found: dict[str, None] = {}
    lost = 0
    for note in noted:
        ids = [f"D{int(session)}:{int(turn)}" for session, turn in _ID.findall(str(note))]
        real = [name for name in ids if name in known]
        found.update(dict.fromkeys(real))
        lost += max(len(ids), 1) - len(real)
    return tuple(found), lost


def _history(row: Row) -> History:
    talk = row.row("conversation")
    numbers = sorted(int(name[8:]) for name in talk.value if re.fullmatch(r"session_\d+", name))
    if not numbers:
        raise InputError("holds no session", where=talk.where)
    turns: list[Turn] = []
    for session in numbers:
        start = _moment(talk.text(f"session_{session}_date_time"), f"{talk.where}.session_{session}_date_time")
        for index, value in enumerate(talk.items(f"session_{session}")):
            entry = Row(value, f"{talk.where}.session_{session}[{index}]")
            time = start + timedelta(seconds=SECONDS_A_TURN * index)
            turns.append(Turn(entry.text("dia_id"), entry.text("speaker"), said(entry), time, session))
    return History(row.text("sample_id"), tuple(turns), user=talk.text("speaker_a"))


def _question(row: Row, history: History, index: int) -> tuple[Question, int]:
    category = row.value.get("category")
    if type(category) is not int or category not in CATEGORIES:
        raise InputError(f"field 'category': one of 1 to 5 is needed, not {category!r}", where=row.where)
    evidence, lost = evidence_ids(row.items("evidence"), {turn.id for turn in history.turns})
    answer = row.value.get("answer")
    if category != 5 and (not isinstance(answer, str | int | float) or answer == ""):
        raise InputError("field 'answer': a text or a number is needed", where=row.where)
    answers = () if category == 5 else (str(answer),)
    name = f"{history.id}-{index}"
    text = row.text("question")
    return Question(name, history.id, text, answers, evidence, CATEGORIES[category], {"category": category}), lost


def _moment(text: str, where: str) -> datetime:
    try:
        return aware(datetime.strptime(" ".join(text.split()).lower(), "%I:%M %p on %d %B, %Y"))
    except ValueError as error:
        raise InputError(f"'{text}' is no moment such as '1:56 pm on 8 May, 2023'", where=where) from error
