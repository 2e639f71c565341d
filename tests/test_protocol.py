"""Every row of the table in docs/protocol.md, in both modes."""

import re
from pathlib import Path

import pytest

from dulcet.environment import Environment
from dulcet.models.base import Completion
from dulcet.protocol import Rules, parse
from dulcet.trajectory import Outcome
from tests.scripted import Person, make_page_task, make_task

TABLE = Path(__file__).parents[1] / "docs/protocol.md"
SPAN = re.compile(r"(`+)(.+?)(?<!`)\1(?!`)")
IN_WORDS = {22: "turns", 23: "reply_limit", 24: "leak", 25: "no_answer", 26: "unreachable", 27: "time_limit"}
"""Rows without an example message -> the tests in test_environment.py that cover them."""


def text_of(cell: str) -> str:
    span = list(SPAN.finditer(cell))[-1]
    text = span[2]
    if text.startswith(" ") and text.endswith(" ") and span[1] != "`":
        text = text[1:-1]
    return text.replace("⏎", "\n").replace("␣", " ").replace("∅", "").replace("❘", "|")


def rows():
    for line in TABLE.read_text().splitlines():
        if re.match(r"\| \d+ \|", line):
            number, _, message, default, paper = [cell.strip() for cell in line.strip("|").split(" | ")]
            yield int(number), message, default, paper


def examples():
    for number, message, default, paper in rows():
        if message != "—":
            yield pytest.param(message, default, "default", id=f"{number}-default")
            yield pytest.param(message, paper, "paper", id=f"{number}-paper")


@pytest.mark.parametrize("message, expected, mode", list(examples()))
async def test_row(message, expected, mode):
    kind, text = message.partition("`")[0].strip(), text_of(message)
    page, kind = kind.startswith("page"), kind.removeprefix("page").strip()
    finish = {"cut": "length", "overflow": "overflow", "refused": "refused"}.get(kind, "stop")
    environment = Environment(Person(), Rules(mode=mode, max_turns=1 if kind == "last" else 10))
    await environment.reset(make_page_task() if page else make_task())
    if kind == "after":
        assert not (await environment.step(text_of(message.rpartition(": `")[0]))).done
    step = await environment.step(Completion(text, 3, 10, finish))
    what, value = expected.partition(" ")[0], text_of(expected)
    if what == "says":
        assert (step.done, environment.messages[-2]["content"]) == (False, value)
    elif what == "answers":
        assert (step.answer, step.done) == (value, True)
        assert step.outcome == (Outcome.TURN_LIMIT if kind == "last" else Outcome.ANSWERED)
    else:
        assert (what, step.outcome, step.answer) == ("ends", value, "No answer" if mode == "paper" else None)


def test_every_row_is_tested():
    numbers = [number for number, *_ in rows()]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) >= 27
    source = (Path(__file__).parent / "test_environment.py").read_text()
    assert {number for number, message, *_ in rows() if message == "—"} == set(IN_WORDS)
    for name in IN_WORDS.values():
        assert f"def test_{name}" in source


def test_thoughts_are_kept_apart():
    parsed = parse("I know little. OUTPUT: Which age?")
    assert (parsed.thought, parsed.content, parsed.answer) == ("I know little.", "Which age?", None)


def test_indented_fences_and_other_languages():
    text = "```text\nno\n```\n  ```Python\nx = 1\n  ```\n```python\ny = 2\n```"
    assert parse(text, last=True).answer == "x = 1"
    assert parse("```js\na\n```", last=True).answer == "a"
    assert parse("```python\nx = 1", last=True).answer == "x = 1"
