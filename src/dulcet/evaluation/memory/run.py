"""One way of answering on all questions of a task: each answer is on disk the moment it is given.

A killed run goes on where it stood; what failed because a model could not be reached is tried again.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dulcet.benchmarks.memory.scoring import Scores, score_found, score_reply, score_shown
from dulcet.benchmarks.memory.similarity import Similarity
from dulcet.benchmarks.memory.suite import Question, Suite
from dulcet.benchmarks.memory.wording import request
from dulcet.errors import EndpointError
from dulcet.evaluation.memory.answers import Answer, Given, Way, load
from dulcet.jsonl import Appender
from dulcet.progress import Progress
from dulcet.rollout.config import hold_to_config
from dulcet.seeds import derive
from dulcet.trajectory import Outcome

GIVE_UP_AFTER = 8
"""So many questions in a row that fail because no model answers end the run."""


@dataclass(frozen=True)
class Runner:
    """What all ways have in common."""

    suite: Suite
    folder: Path
    seed: int
    parallel: int
    similarity: Similarity | None = None

    def path(self, way: str) -> Path:
        """Where a way's answers go."""
        return self.folder / "answers" / f"{way}.jsonl"

    async def run(self, way: Way, progress: Progress) -> list[Answer]:
        """All answers of a way, in the order of the questions.

        Raises InputError where the file was made otherwise, EndpointError when nothing answers any more, StorageError.
        """
        path = self.path(way.name)
        config = {"task": self.suite.task, "source": self.suite.source, "way": way.identity, "seed": self.seed}
        hold_to_config(path, without_address(config))
        done = {name: one for name, one in load(path).items() if one.outcome is not Outcome.AGENT_FAILED}
        wanted = {question.id for question in self.suite.questions}
        progress.skip(sum(name in wanted for name in done))
        with Appender(path) as file:
            queue = iter([question for question in self.suite.questions if question.id not in done])
            desk = _Desk(self, way, file, progress, done)
            async with asyncio.TaskGroup() as group:
                for _ in range(self.parallel):
                    group.create_task(desk.work(queue))
        return [done[question.id] for question in self.suite.questions]

    def record(self, question: Question, asked: str, given: Given) -> Answer:
        """The line for the file, scored."""
        return Answer(
            question=question.id,
            history=question.history,
            category=question.category,
            asked=asked,
            outcome=given.outcome,
            reply=given.reply,
            seen=given.seen,
            scores=self._scores(question, given),
            completions=given.completions,
            prompt_tokens=given.prompt_tokens,
            detail=given.detail,
        )

    def _scores(self, question: Question, given: Given) -> Scores:
        if given.reply is None:
            return score_found(question, given.seen) if given.outcome is Outcome.NO_ANSWER else {}
        scores = score_reply(self.suite.task, question, given.reply, self.similarity)
        return {name: round(value, 6) for name, value in (scores | score_shown(question, given.seen)).items()}


class _Desk:
    """Takes questions from one queue; several coroutines work at it."""

    def __init__(self, runner: Runner, way: Way, file: Appender, progress: Progress, done: dict[str, Answer]) -> None:
        self._runner, self._way, self._file, self._progress, self._done = runner, way, file, progress, done
        self._failed = 0

    async def work(self, queue: Iterator[Question]) -> None:
        """Answer until the queue is empty."""
        for question in queue:
            answer = await self._answer(question)
            self._file.append(answer)
            self._done[question.id] = answer
            self._progress.advance(1, **dict(list(answer.scores.items())[:1]))
            await asyncio.sleep(0)  # rules wait for nothing: an interruption would have to, until the last question

    async def _answer(self, question: Question) -> Answer:
        runner, asked = self._runner, request(self._runner.suite.task, question)
        history = runner.suite.histories[question.history]
        try:
            drawn = derive(runner.seed, "memory", self._way.name, question.id)
            given = await self._way.answer(history, question, asked, seed=drawn)
        except EndpointError as error:
            self._failed += 1
            if self._failed >= GIVE_UP_AFTER:
                raise
            return runner.record(question, asked, Given(Outcome.AGENT_FAILED, detail=str(error)))
        self._failed = 0
        return runner.record(question, asked, given)


def without_address(value: Any) -> Any:
    """The same without the addresses of servers, which may move between two runs."""
    if not isinstance(value, dict):
        return value
    return {name: without_address(inner) for name, inner in value.items() if name != "base_url"}
