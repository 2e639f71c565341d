"""A process that is killed in the middle of a conversation: what it acknowledged is there, and the next one goes on."""

import signal
import subprocess
import sys
import time

from dulcet.memory.config import ContextSpec
from dulcet.memory.control import Control
from dulcet.memory.events import user_message
from dulcet.memory.items import unanswered
from dulcet.memory.opening import open_store
from dulcet.memory.scripted import ScriptedPolicy

CHILD = """
import asyncio, sys
from dulcet.memory.config import ContextSpec
from dulcet.memory.control import Control
from dulcet.memory.events import user_message
from dulcet.memory.opening import open_store
from dulcet.memory.scripted import ScriptedPolicy

async def main():
    control = Control(ScriptedPolicy(1200), open_store(sys.argv[1], None).memory(), ContextSpec())
    for number in range(10_000):
        await control.handle(user_message(f"The train {sys.argv[2]} number {number} is late."), seed=number)
        print(number, flush=True)

asyncio.run(main())
"""


async def test_a_conversation_survives_sigkill(tmp_path):
    path = tmp_path / "memory.db"
    for name, pause in (("Alfa", 0.01), ("Bravo", 0.05), ("Carol", 0.11)):
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(path), name], stdout=subprocess.PIPE, text=True)
        acknowledged = max(int(child.stdout.readline()) for _ in range(6))
        time.sleep(pause)
        child.send_signal(signal.SIGKILL)
        acknowledged = max([acknowledged, *map(int, child.stdout.read().split()[:-1])])
        child.wait()
        store = open_store(path, None)
        memory = store.memory()
        control = Control(ScriptedPolicy(1200), memory, ContextSpec())
        assert not unanswered(control.context.state.queue)
        for number in (0, acknowledged // 2, acknowledged):
            assert memory.recall.search(f"train {name} number {number} is", mode="literal").total == 1
        handled = await control.handle(user_message("Is the train Alfa number 3 late?"), seed=1)
        assert "train Alfa number" in handled.sent[0]
        store.close()
