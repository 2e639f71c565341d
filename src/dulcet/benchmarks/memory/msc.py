"""Multi-Session Chat (Xu et al. 2022, arXiv 2107.07567) with the fact that each turn reveals noted at the turn.

One JSON object a line: {id, sessions: [[{speaker, text, fact?}]]}. Two tasks are made of it:

deep memory retrieval: questions made from the facts by rule (facts.py), so that no model need write them; the turns
    that reveal the fact are the evidence. The paper's own 500 questions are read by self_instruct.py.
conversation opener: the last session's first message, written by a person, is what an opener is compared with; the
    facts of all sessions before it are the persona. The agent is the one who opened.

The sessions carry no dates: they are laid a week apart, one turn a minute (times.py).
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from dulcet.benchmarks.memory.facts import FORMS, ask, rarity
from dulcet.benchmarks.memory.files import Row, read_rows, source_of
from dulcet.benchmarks.memory.suite import History, Question, Suite, Turn, checked
from dulcet.benchmarks.memory.times import session_start, turn_time
from dulcet.benchmarks.memory.words import sentences
from dulcet.errors import InputError
from dulcet.seeds import derive

CLOCK = "no dates in the data: sessions a week apart from 2024-01-01, a turn a minute"
Revealed = tuple[Turn, str]
"""A turn and one fact that it reveals."""


def read_dmr(path: Path, *, seed: int = 0, facts_each: int = 1) -> Suite:
    """Deep memory retrieval: of each episode `facts_each` facts that no other turn reveals, asked in both forms."""
    episodes = [_episode(row) for row in read_rows(path)]
    counts = rarity(fact for _, revealed in episodes for _, fact in revealed)
    questions = [
        question
        for history, revealed in episodes
        for fact in _chosen(history, revealed, counts, seed, facts_each)
        for question in _questions(history, revealed, fact, counts)
    ]
    how = f"{facts_each} fact(s) of an episode, each asked whether it was said and about its rarest word, by rule"
    histories = {history.id: history for history, _ in episodes}
    return checked(
        Suite("dmr", histories, tuple(questions), {**source_of(path), "clock": CLOCK, "questions": how}), str(path)
    )


def read_opener(path: Path) -> Suite:
    """Conversation opener: the history is all sessions but the last."""
    histories: dict[str, History] = {}
    questions: list[Question] = []
    for row in read_rows(path):
        whole, revealed = _episode(row)
        last = whole.sessions[-1]
        if len(whole.sessions) < 2:
            raise InputError("field 'sessions': at least two are needed", where=row.where)
        before = tuple(turn for turn in whole.turns if turn.session != last[0].session)
        others = {turn.speaker for turn in before} - {last[0].speaker}
        history = History(whole.id, before, user=min(others, default="user"))
        persona = list(dict.fromkeys(fact for turn, fact in revealed if turn.session != last[0].session))
        if not persona:
            continue  # nothing that an opener could draw on was noted
        histories[history.id] = history
        meta = {"persona": persona}
        questions.append(Question(f"{history.id}-opener", history.id, "", (last[0].text,), meta=meta))
    how = "persona: the facts noted in all sessions before the last, of both speakers"
    source = {**source_of(path), "clock": CLOCK, "persona": how}
    return checked(Suite("opener", histories, tuple(questions), source), str(path))


def _episode(row: Row) -> tuple[History, list[Revealed]]:
    turns: list[Turn] = []
    revealed: list[Revealed] = []
    for number, session in enumerate(row.items("sessions"), start=1):
        if not isinstance(session, list) or not session:
            raise InputError(f"field 'sessions': number {number} is no list of turns", where=row.where)
        for index, value in enumerate(session):
            entry = Row(value, f"{row.where}.sessions[{number - 1}][{index}]")
            time = turn_time(session_start(number), index)
            turn = Turn(f"D{number}:{index + 1}", entry.text("speaker"), entry.text("text"), time, number)
            turns.append(turn)
            revealed += [(turn, fact) for fact in sentences(str(value.get("fact") or ""))]
    if not turns:
        raise InputError("field 'sessions': empty", where=row.where)
    return History(row.text("id"), tuple(turns), user=turns[0].speaker), revealed


def _chosen(
    history: History, revealed: list[Revealed], counts: Counter[str], seed: int, facts_each: int
) -> list[Revealed]:
    """Facts that can be asked in both forms, drawn by the episode's name."""
    fit = [one for one in revealed if all(ask(one[1], form, counts, of_user=True) for form in FORMS)]
    Random(derive(seed, "facts", history.id)).shuffle(fit)
    return fit[:facts_each]


def _questions(
    history: History, revealed: list[Revealed], chosen: Revealed, counts: Counter[str]
) -> Iterator[Question]:
    turn, fact = chosen
    evidence = tuple(dict.fromkeys(one.id for one, said in revealed if said.lower() == fact.lower()))
    for form in FORMS:
        asked = ask(fact, form, counts, of_user=turn.speaker == history.user)
        assert asked is not None, fact
        name = f"{history.id}-{turn.id}-{form}"
        meta = {"word": asked[1]} if form == "about" else {}
        yield Question(name, history.id, asked[0], (fact,), evidence, form, meta)
