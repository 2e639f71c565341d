"""Environment: one conversation between an agent and a person about one task, message by message.

    messages = await environment.reset(task, seed=7)
    while not (step := await environment.step(completion)).done: ...

It knows no agent and no grader. Every ending is typed (`trajectory.Outcome`); docs/protocol.md has the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dulcet.benchmarks.open import open_benchmark
from dulcet.errors import DulcetError, MissingDependencyError, StorageError
from dulcet.humans.base import Human
from dulcet.humans.guard import Reply, guarded_reply, leak_check
from dulcet.models.base import Completion
from dulcet.protocol import PAPER_NO_ANSWER, Parsed, Rules
from dulcet.seeds import derive
from dulcet.task import Task
from dulcet.trajectory import Message, Outcome, Turn


@dataclass(frozen=True)
class Step:
    """What came of one message of the agent."""

    turn: Turn | None
    """The turn as recorded; None where the model wrote nothing at all."""
    outcome: Outcome | None = None
    """How the episode ended, or None while it goes on."""
    answer: str | None = None
    failure: DulcetError | None = None
    """What went wrong, for SIMULATOR_FAILED."""

    @property
    def done(self) -> bool:
        """Whether the episode is over."""
        return self.outcome is not None

    @property
    def reply(self) -> str | None:
        """What the person said; None at the end."""
        return self.turn.reply if self.turn else None


class Environment:
    """One episode at a time; make one for each episode that runs beside others (they are cheap)."""

    def __init__(self, human: Human, rules: Rules | None = None, reply_limit: int | None = None) -> None:
        self.human, self.rules, self.reply_limit = human, rules or Rules(), reply_limit
        self.turns: list[Turn] = []
        self.messages: list[Message] = []
        """The conversation so far, thoughts dropped; begins with the person's request."""
        self._task: Task | None = None
        self._seed, self._over = 0, True

    @property
    def no_answer(self) -> str | None:
        """What stands for the answer where there is none."""
        return PAPER_NO_ANSWER if self.rules.mode == "paper" else None

    async def reset(self, task: Task, *, seed: int = 0) -> list[Message]:
        """Begin a new episode; returns the messages that the agent is given."""
        self._task, self._seed, self._over = task, seed, False
        self.turns, self.messages = [], [{"role": "user", "content": task.prompt}]
        return list(self.messages)

    async def resume(self, task: Task, turns: Sequence[Turn], *, seed: int = 0) -> list[Message]:
        """Go on after recorded turns; returns the messages that the agent is given. Nobody is asked again for a reply.

        Raises ValueError where there is nothing to go on with: a turn without a reply, or no turn left.
        """
        if any(turn.reply is None for turn in turns) or len(turns) >= self.rules.max_turns:
            raise ValueError(f"the episode of task '{task.id}' was over within the {len(turns)} turns recorded")
        await self.reset(task, seed=seed)
        self.turns = list(turns)
        for turn in turns:
            said: list[Message] = [{"role": "assistant", "content": turn.content}]
            self.messages += [*said, {"role": "user", "content": turn.reply or ""}]
        return list(self.messages)

    async def step(self, completion: Completion | str) -> Step:
        """Take the agent's message; returns the person's reply or the ending. Raises RuntimeError after the end."""
        if self._task is None or self._over:
            raise RuntimeError("the episode is over: call reset() first")
        if isinstance(completion, str):
            completion = Completion(completion, tokens=0, prompt_tokens=0, finish="stop")
        last = len(self.turns) + 1 == self.rules.max_turns
        benchmark = open_benchmark(self._task.benchmark)
        earlier = [turn.content for turn in self.turns]
        said = benchmark.parse(completion.text, self.rules.mode, last=last, earlier=earlier)
        step = self._ending(completion, said, last)
        if step is None:
            step = await self._ask(self._task, completion, said)
        self._over = step.done
        if step.turn is not None:
            self.turns.append(step.turn)
        return step

    def _ending(self, completion: Completion, said: Parsed, last: bool) -> Step | None:
        """How the episode ends with this message, or None if the person is to answer it."""
        outcome = self._outcome(completion, said, last)
        if outcome is None:
            return None
        silent = not completion.text and completion.finish in ("overflow", "refused")
        turn = None if silent else _turn(completion, said)
        return Step(turn, outcome, said.answer if outcome.gradable else self.no_answer)

    def _outcome(self, completion: Completion, said: Parsed, last: bool) -> Outcome | None:
        if completion.finish == "overflow":
            return Outcome.CONTEXT_OVERFLOW
        if completion.finish == "refused":
            return Outcome.REFUSED
        if self.rules.mode == "default":
            if completion.finish == "length" and not said.complete:
                return Outcome.TRUNCATED
            if said.answer == "" or not said.content:
                return Outcome.NO_ANSWER
        if said.answer is None:
            return None
        return Outcome.TURN_LIMIT if last and not said.marked else Outcome.ANSWERED

    async def _ask(self, task: Task, completion: Completion, said: Parsed) -> Step:
        messages: list[Message] = [*self.messages, {"role": "assistant", "content": said.content}]
        try:
            reply = await self._reply(task, messages)
        except (StorageError, MissingDependencyError):
            raise
        except DulcetError as error:
            return Step(_turn(completion, said), Outcome.SIMULATOR_FAILED, self.no_answer, error)
        self.messages = [*messages, {"role": "user", "content": reply.text}]
        return Step(_turn(completion, said, reply))

    async def _reply(self, task: Task, messages: list[Message]) -> Reply:
        """The person's reply: guarded against leaks, or in paper mode as it comes, cut hard, its leaks only counted."""
        seed = derive(self._seed, "person", len(self.turns))
        limit = self.reply_limit or open_benchmark(task.benchmark).reply_limit
        if self.rules.mode == "default":
            return await guarded_reply(self.human, task, messages, seed=seed, limit=limit)
        text = (await self.human.reply(task, messages, seed=seed))[:limit]
        return Reply(text, leaks=int(leak_check(task.benchmark)(text, task.hidden) is not None), redacted=False)


def _turn(completion: Completion, said: Parsed, reply: Reply | None = None) -> Turn:
    """The record of one turn."""
    return Turn(
        raw=completion.text,
        content=said.content,
        reply=reply.text if reply else None,
        tokens=completion.tokens,
        prompt_tokens=completion.prompt_tokens,
        leaks=reply.leaks if reply else 0,
        redacted=reply.redacted if reply else False,
    )
