"""`dulcet talk --memory FILE`: a conversation that goes on tomorrow.

Lines that begin with a slash are for the memory itself, not for the agent.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape

from dulcet.agents.open import AgentSpec
from dulcet.cli.memory_file import open_memory, refuse_memory, several
from dulcet.cli.memory_search import show
from dulcet.cli.memory_show import holdings, print_holdings
from dulcet.errors import DulcetError, EndpointError, InputError
from dulcet.humans.terminal import PersonLeft, read_line
from dulcet.memory.embedding import EmbedderSpec
from dulcet.models.base import Model
from dulcet.models.open import ModelSpec, open_model
from dulcet.rollout.play import closing
from dulcet.seeds import derive

if TYPE_CHECKING:
    from dulcet.memory.base import Memory
    from dulcet.memory.chain import Handled
    from dulcet.memory.control import Control
    from dulcet.memory.events import Event

HELP = """\
/memory          what is remembered       /memory WORDS    search it
/forget WORDS    forget lines of the working context and passages of the archive that hold these words
/forget #12      forget passage 12        /rollback [N]    take back the last N turns (1), messages and all
/help            this                     /quit            leave; the conversation goes on next time"""
SCRIPTED = """\
A policy of rules answers: it stores what you tell it, and looks up what you ask; it cannot converse. Name a model \
with --model for more. /help shows what else there is."""


@dataclass(frozen=True)
class TalkSetup:
    """Which memory, which model, and how they are used."""

    file: str
    user: str
    agent: AgentSpec
    model: ModelSpec
    embedder: EmbedderSpec
    seed: int = 0
    every: float | None = None
    """Minutes between two timed events."""
    trace: Path | None = None


async def talk(setup: TalkSetup, console: Console, read: Callable[[str], str] = input) -> dict[str, Any]:
    """Talk until the person leaves; what was said, as JSON, and whether the last of it went unanswered."""
    from dulcet.memory.control import Control
    from dulcet.memory.events import login

    with (
        open_memory(setup.file, "default", setup.user, setup.embedder, new=True) as (store, memory),
        _trace(setup) as trace,
    ):
        async with closing(open_speaker(setup, console)) as model:
            spec, sampling = setup.agent.context, setup.agent.sampling
            control = Control(model, memory, spec, sampling=sampling, trace=trace, conversation=setup.user)
            before = memory.recall.last(1)
            meaning = store.identity.get("embedder") is not None
            conversation = Conversation(control, console, setup.seed, meaning=meaning)
            await conversation.tell(login(before[-1].time if before else None))
            async with _timed(conversation, setup.every):
                with contextlib.suppress(PersonLeft):
                    while True:
                        await conversation.line((await read_line(read, "you> ")).strip())
    return {"file": setup.file, "user": setup.user, "said": conversation.said, "unanswered": conversation.failed}


def open_speaker(setup: TalkSetup, console: Console) -> Model:
    """The model that answers. The house model cannot converse, so that without another the rules answer, and say so."""
    if setup.model.base_url is not None or setup.model.model not in ("house", "scripted"):
        return open_model(setup.model)
    from dulcet.memory.config import DEFAULT_WINDOW
    from dulcet.memory.scripted import ScriptedPolicy

    console.print(SCRIPTED, style="dim", soft_wrap=True)
    return ScriptedPolicy(setup.agent.context.window or DEFAULT_WINDOW)


class Conversation:
    """One sitting. `said` is what was said in it; `failed`: no server answered the last of it.

    `meaning`: the memory is searched by meaning, too.
    """

    def __init__(self, control: "Control", console: Console, seed: int, *, meaning: bool = False) -> None:
        self.control, self.console, self.seed, self.meaning = control, console, seed, meaning
        self.failed = False
        self.said: list[dict[str, str]] = []

    async def line(self, line: str) -> None:
        """One line of the person: a command or a message. Raises PersonLeft for /quit."""
        word, _, rest = line.partition(" ")
        commands: dict[str, Callable[[str], None]] = {
            "/memory": self._memory,
            "/forget": self._forget,
            "/rollback": self._rollback,
            "/help": lambda _: self.console.print(escape(HELP), style="dim", soft_wrap=True),
        }
        if word == "/quit":
            raise PersonLeft
        if word in commands:
            try:
                commands[word](rest.strip())
            except DulcetError as error:
                self.console.print(escape(str(error)), style="red")
        elif line.startswith("/"):
            self.console.print(f"There is no {escape(word)}.\n{escape(HELP)}", style="dim", soft_wrap=True)
        elif line:
            from dulcet.memory.events import user_message

            self.said.append({"role": "user", "text": line})
            await self.tell(user_message(line))

    async def tell(self, event: "Event") -> None:
        """Let the agent think about an event, and show what it says. A server that fails ends no conversation."""
        seed, self.failed = derive(self.seed, "talk", self.control.events), False
        try:
            handled = await self.control.handle(event, seed=seed)
        except EndpointError as error:
            self.failed = True
            self.console.print(f"{escape(str(error))} What you said is stored.", style="red")
            return
        for text in handled.sent:
            self.said.append({"role": "assistant", "text": text})
            self.console.print(f"[bold cyan]agent>[/] {escape(text)}")
        if event.kind == "user_message" and not handled.sent:
            self.console.print(f"[dim](the agent says nothing: {_why(handled)})[/]")

    def _memory(self, words: str) -> None:
        memory = self.control.memory
        if not words:
            print_holdings(self.console, holdings(memory, 5))
            return
        show(self.console, "messages", memory.recall.search(words), nearest=self.meaning)
        show(self.console, "archive", memory.archival.search(words), nearest=self.meaning)

    def _forget(self, what: str) -> None:
        if not what:
            raise InputError(
                "nothing is named that is to be forgotten", do="Give words, or a passage's number such as #12."
            )
        archive = self.control.memory.archival
        self.control.queue.save()  # with what another process wrote since
        context = self.control.context
        if what.startswith("#") and what[1:].isdecimal():
            archive.delete(int(what[1:]))
            self.console.print(f"Passage {what} is forgotten.")
            return
        lines = 0
        for name, text in context.state.blocks.items():
            kept = [line for line in text.splitlines() if what.lower() not in line.lower()]
            lines += len(text.splitlines()) - len(kept)
            context.state.blocks[name] = "\n".join(kept)
        self.control.queue.save()
        found = archive.search(what, size=1_000_000, mode="literal_ignore_case").items
        for passage in found:
            archive.delete(passage.id)
        self.console.print(
            f"Forgotten: {several(lines, 'line')} of the working context, {several(len(found), 'passage')}. Messages "
            "are a record and stay in recall storage; /rollback takes them back."
        )

    def _rollback(self, count: str) -> None:
        turns = len(self.control.memory.turns())
        if count and not count.isdecimal():
            raise InputError(f"'{count}' does not say how many turns, 1 or more", do="Write /rollback or /rollback 3.")
        back = int(count or 1)
        if not 1 <= back <= turns:
            are = "is" if turns == 1 else "are"
            raise InputError(f"there {are} {several(turns, 'turn')} to take back, not {back}")
        before = _known(self.control.memory)
        self.control.memory.rollback(turns - back)
        self.control.reload()
        self.console.print(f"Back at the end of turn {turns - back}." if turns > back else "Back at the beginning.")
        known = _known(self.control.memory)
        if returned := [text for key, text in known.items() if key not in before]:
            self.console.print("This was known then, forgotten or changed since, and is back; /forget takes it away:")
            for text in returned:
                self.console.print(f"  {escape(text)}")


def _known(memory: "Memory") -> dict[tuple[str, str], str]:
    """The lines of the working context and the passages, each as it is shown, under what tells it from others."""
    blocks = memory.state().get("blocks", {})
    lines = {(name, line): f"{name}: {line}" for name, text in blocks.items() for line in text.splitlines()}
    passages = memory.archival.last(memory.archival.count())
    return lines | {("#", str(one.id)): f"#{one.id} {one.text}" for one in passages}


@contextlib.asynccontextmanager
async def _timed(conversation: Conversation, minutes: float | None) -> AsyncIterator[None]:
    """Timed events beside the conversation."""
    from dulcet.memory.events import every

    async def run(period: float) -> None:
        async for event in every(60 * period, f"{period:g} minutes went by."):
            await conversation.tell(event)

    task = asyncio.ensure_future(run(minutes)) if minutes else None
    try:
        yield
    finally:
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@contextlib.contextmanager
def _trace(setup: TalkSetup) -> Any:
    """Where the completions go, if anywhere."""
    if setup.trace is None:
        yield None
        return
    from dulcet.jsonl import Appender

    refuse_memory(setup.trace)
    with Appender(setup.trace) as file:
        yield file.append


def _why(handled: "Handled") -> str:
    reasons = {
        "yielded": "it chose not to",
        "chain_limit": f"{handled.steps} steps led to no message",
        "refused": "its model refuses",
        "overflow": "its server takes no prompt, however short; give a smaller --window",
    }
    return reasons[handled.ending]


def run_talk(setup: TalkSetup) -> dict[str, Any]:
    """The whole sitting at this terminal."""
    return asyncio.run(talk(setup, Console(file=sys.stdout)))
