"""What is asked, word for word the same whoever answers: the agent with a memory, and every baseline.

Only what stands above it differs: the agent's own instructions and tools, or the part of the history that fits.
"""

from datetime import datetime

from dulcet.benchmarks.memory.suite import Document, History, Question, TaskName, Turn

ASKED = "Question: "
"""What the line with the question begins with."""
OPENING = "you speak first"
"""Stands in the request for an opener."""
_INSTRUCTIONS: dict[TaskName, str] = {
    "dmr": (
        "Answer from our earlier conversations, in one sentence. Be as exact as they allow. If it never came up, say"
        " that it was not mentioned."
    ),
    "opener": (
        f"A new conversation with the person begins now, and {OPENING}. Write one short opening message. It should"
        " take up something that you know of the person from the earlier conversations. Write the message alone."
    ),
    "docqa": (
        "Answer from the documents alone. Write two lines: 'ANSWER: ' with the answer in a few words, and 'DOCUMENT: '"
        " with the passage that shows it. If no document shows it, write 'ANSWER: not found'."
    ),
    "nested_kv": (
        "Below is a key. Look up its value. If the value is itself a key, look up that key's value, and so on, until"
        " you come to a value that is not a key. Make sure that it is none. Reply with that value alone."
    ),
    "locomo": (
        "Answer from the conversations, in a few words. Give dates as day, month and year. If it never came up, say"
        " that it was not mentioned."
    ),
}


def request(task: TaskName, question: Question) -> str:
    """The message that puts the question."""
    lines = [_INSTRUCTIONS[task]]
    if question.text:
        mark = "" if question.text.rstrip().endswith(("?", ".", "!")) else "?"
        lines.append(question.text if task == "nested_kv" else f"{ASKED}{question.text}{mark}")
    return "\n".join(lines)


def document_answer(answer: str, document: str) -> str:
    """A reply in the form that document QA asks for."""
    return f"ANSWER: {answer or 'not found'}\nDOCUMENT: {document}"


def turn_line(turn: Turn) -> str:
    """A turn as it is shown: when, who, what."""
    return f"[{stamp(turn.time)}] {turn.speaker}: {' '.join(turn.text.split())}"


def document_text(document: Document) -> str:
    """A document as it is archived and shown: its title, if it has one, and its text."""
    return f"{document.title}: {document.text}" if document.title else document.text


def shown(history: History) -> list[tuple[str, str]]:
    """(id, line) of everything in the history, in order."""
    turns = [(turn.id, turn_line(turn)) for turn in history.turns]
    return turns + [(document.id, document_text(document)) for document in history.documents]


def stamp(time: datetime) -> str:
    """`2023-05-08 13:56`."""
    return f"{time:%Y-%m-%d %H:%M}"
