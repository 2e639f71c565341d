import asyncio
import io
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from dulcet.errors import DulcetError
from dulcet.humans.terminal import PersonLeft, TerminalHuman
from dulcet.task import Task
from tests.humans.references import APPROVE

TASK = Task(id="t1", prompt="Help me.", hidden=APPROVE)
MESSAGES = [{"role": "user", "content": "Help me."}, {"role": "assistant", "content": "What about [income]?"}]


def person(*lines, pause=0.0):
    """(the person, what it sees): it types these lines, then its input ends."""
    left = list(lines)

    def read(prompt):
        time.sleep(pause)
        if not left:
            raise EOFError
        return left.pop(0)

    screen = io.StringIO()
    return TerminalHuman(Console(file=screen, width=100), read), screen


async def test_shows_the_message_and_takes_the_line():
    human, screen = person("  At least 54. ")
    assert await human.reply(TASK, MESSAGES, seed=0) == "At least 54."
    assert "What about [income]?" in screen.getvalue()
    assert "income >= 54" not in screen.getvalue()


async def test_hidden_shows_the_hidden_information_and_asks_again():
    human, screen = person("", "/hidden", "54")
    assert await human.reply(TASK, MESSAGES, seed=0) == "54"
    assert "income >= 54" in screen.getvalue()


@pytest.mark.parametrize("lines", [["/quit"], []])
async def test_leaving(lines):
    human, _ = person(*lines)
    with pytest.raises(PersonLeft):
        await human.reply(TASK, MESSAGES, seed=0)
    assert issubclass(PersonLeft, DulcetError)


async def test_the_event_loop_lives_while_the_person_thinks():
    human, _ = person("54", pause=0.3)
    reply = asyncio.ensure_future(human.reply(TASK, MESSAGES, seed=0))
    beats = 0
    while not reply.done():
        await asyncio.sleep(0.01)
        beats += 1
    assert beats > 5
    assert reply.result() == "54"


async def test_two_conversations_take_turns():
    human, _ = person("first", "second", pause=0.05)
    replies = await asyncio.gather(*(human.reply(TASK, MESSAGES, seed=i) for i in range(2)))
    assert replies == ["first", "second"]


def test_real_input_of_a_real_process():
    script = (
        "import asyncio; from dulcet.humans.terminal import *; from dulcet.task import Task\n"
        "human = TerminalHuman(); task = Task(id='t', prompt='p', hidden='h')\n"
        "messages = [{'role': 'assistant', 'content': 'Why?'}]\n"
        "async def main():\n"
        "    print('said', await human.reply(task, messages, seed=0))\n"
        "    try: await human.reply(task, messages, seed=0)\n"
        "    except PersonLeft: print('left')\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root / "src")}
    done = subprocess.run(
        [sys.executable, "-c", script], input="Because.\n", capture_output=True, text=True, env=environment, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "said Because." in done.stdout
    assert done.stdout.rstrip().endswith("left")


def test_identity():
    assert person()[0].identity["kind"] == "terminal"
