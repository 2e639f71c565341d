"""Many branches played on at once, with the model, person and grader of a run; resumable, as everything dear is.

A row stands for what was said, not for who asked: critics, methods and seeds of one run may share a file.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from dulcet.agents.open import open_agent, rules_for
from dulcet.benchmarks.open import benchmark_of
from dulcet.environment import Environment
from dulcet.errors import InputError
from dulcet.humans.open import open_human
from dulcet.jsonl import read_if_exists
from dulcet.models.open import open_model
from dulcet.progress import progress
from dulcet.protocol import Rules
from dulcet.rollout.appending import append_each
from dulcet.rollout.branch import Branch, Continuation, Estimate, play_branch, say
from dulcet.rollout.config import hold_to_config
from dulcet.rollout.episode import grade_end
from dulcet.rollout.play import Play, closing, made_of, without_address
from dulcet.seeds import derive

Todo = tuple[Branch, int]
"""A branch and the number of a continuation."""


async def estimate_branches(
    branches: Sequence[Branch], setup: Play, out: Path, *, samples: int, parallel: int = 256
) -> list[Estimate]:
    """What each branch is worth, by `samples` continuations to the end by the setup's agent.

    A message that ends the episode is played once: its value is exact. What `out` holds is not played again, and more
    `samples` add to it. Raises InputError where `out` was made with another setup or a branch has more turns than the
    rules allow, and what `append_each` raises.
    """
    distinct = list({branch.key: branch for branch in branches}.values())
    rules, benchmark = rules_for(setup.agent, setup.rules), benchmark_of([branch.task for branch in distinct])
    _check(distinct, rules)
    human = open_human(setup.human, benchmark.name)
    async with closing(open_model(setup.model, house=benchmark.name)) as model, closing(human):
        agent = open_agent(setup.agent, model, prompts=benchmark.prompts, turns=rules.max_turns)
        measure = benchmark.measure(setup.grading)
        hold_to_config(out, {**made_of(agent, human, rules, setup), **({"measure": measure} if measure else {})})
        known = _Known(samples)
        known.take(read_if_exists(out, Continuation))
        async with benchmark.open_grader(setup.grading) as grader:

            async def play(item: Todo) -> Continuation:
                environment = Environment(human, rules)
                return await play_branch(
                    *item, agent=agent, environment=environment, grade=grader.agrade, seed=setup.seed
                )

            for limit in (1, samples):  # the first tells which have ended: of them there is no second
                if todo := known.missing(distinct, limit):
                    with progress("continuations", len(todo)) as bar:
                        known.take(await append_each(todo, play, out, at_once=parallel, progress=bar))
    return [known.estimate(branch) for branch in branches]


def _check(branches: Iterable[Branch], rules: Rules) -> None:
    """Raises InputError for a branch that the rules do not know."""
    if (longest := max((len(branch.before) for branch in branches), default=0)) >= rules.max_turns:
        what = f"an episode is to go on after {longest} turns, and the rules allow {rules.max_turns}"
        raise InputError(what, do="Play on by the rules that the episodes were collected by.")


class _Known:
    """The continuations that there are, one a branch and sample."""

    def __init__(self, samples: int) -> None:
        self._samples = samples
        self._rows: dict[str, dict[int, Continuation]] = defaultdict(dict)

    def take(self, rows: Sequence[Continuation]) -> None:
        for row in rows:
            self._rows[row.branch][row.sample] = row

    def missing(self, branches: Sequence[Branch], limit: int) -> list[Todo]:
        """What is to be played so that each branch has `limit` continuations, or has ended."""
        return [
            (branch, sample)
            for sample in range(limit)
            for branch in branches
            if sample not in (rows := self._rows[branch.key]) and not any(row.ended for row in rows.values())
        ]

    def estimate(self, branch: Branch) -> Estimate:
        """By the first samples, so that it does not hang on how many another caller wanted."""
        rows = self._rows[branch.key].values()
        return Estimate.of([row for row in rows if row.sample < self._samples])


class Answered(BaseModel):
    """What became of a branch's message."""

    model_config = ConfigDict(frozen=True)

    format: Literal["dulcet.answered/1"] = "dulcet.answered/1"
    branch: str
    content: str
    """The message as the person saw it."""
    reply: str | None
    """What the person said to it; None where it ended the episode."""
    reward: float | None
    """In [0, 1], where it ended the episode."""
    success: bool | None = None
    """Whether that was a success; unset in files of before this was kept."""


async def ask(
    branches: Sequence[Branch], setup: Play, out: Path, *, parallel: int = 256, label: str = "replies"
) -> list[Answered | None]:
    """The person's reply to each branch's message, or its grade; None where the person failed. No model plays on.

    What `out` holds is not asked again. Raises what `estimate_branches` raises.
    """
    distinct = {branch.key: branch for branch in branches}
    rules, benchmark = rules_for(setup.agent, setup.rules), benchmark_of([branch.task for branch in branches])
    async with (
        closing(open_human(setup.human, benchmark.name)) as human,
        benchmark.open_grader(setup.grading) as grader,
    ):
        played = {"human": human.identity, "rules": rules.model_dump(exclude={"time_limit"}), "grading": setup.grading}
        hold_to_config(out, without_address({**played, "seed": setup.seed}))
        known = {row.branch: row for row in read_if_exists(out, Answered)}

        async def work(branch: Branch) -> Answered:
            step = await say(branch, Environment(human, rules), derive(setup.seed, "branch", branch.key))
            graded = await grade_end(branch.task, step, grader.agrade)
            reward = (graded.tests_passed if graded else 0.0) if step.done else None
            content = step.turn.content if step.turn else ""
            success = (graded is not None and graded.success) if step.done else None
            return Answered(branch=branch.key, content=content, reply=step.reply, reward=reward, success=success)

        rows = []
        if todo := [branch for key, branch in distinct.items() if key not in known]:
            with progress(label, len(todo)) as bar:
                rows = await append_each(todo, work, out, at_once=parallel, progress=bar)
    known |= {row.branch: row for row in rows}
    return [known.get(branch.key) for branch in branches]
