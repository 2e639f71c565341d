"""The verdicts of a judge on the answers of a way, beside them in a file of their own: another judge, another file."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

from dulcet.benchmarks.memory.judge import Judge, Verdict
from dulcet.benchmarks.memory.suite import Question, Suite
from dulcet.evaluation.memory.answers import Answer
from dulcet.evaluation.memory.run import without_address
from dulcet.jsonl import Appender, read_if_exists
from dulcet.progress import Progress
from dulcet.rollout.config import hold_to_config


async def judge_answers(
    judge: Judge, suite: Suite, answers: Sequence[Answer], path: Path, *, seed: int, parallel: int, progress: Progress
) -> dict[str, Verdict]:
    """A verdict by question for each answer with a reply; where the judge could not be reached it is asked again."""
    hold_to_config(path, without_address({"judge": judge.identity, "seed": seed}))
    done = {verdict.question: verdict for verdict in read_if_exists(path, Verdict) if verdict.label != "failed"}
    asked = {question.id: question for question in suite.questions}
    todo = [answer for answer in answers if judgeable(answer) and answer.question not in done]
    progress.skip(sum(judgeable(answer) for answer in answers) - len(todo))
    with Appender(path) as file:

        async def work(queue: Iterator[Answer]) -> None:
            for answer in queue:
                question: Question = asked[answer.question]
                verdict = await judge.verdict(suite.task, question, answer.reply or "", seed=seed)
                file.append(verdict)
                done[answer.question] = verdict
                progress.advance(1, correct=verdict.value)

        queue = iter(todo)
        async with asyncio.TaskGroup() as group:
            for _ in range(parallel):
                group.create_task(work(queue))
    return {answer.question: done[answer.question] for answer in answers if answer.question in done}


def judgeable(answer: Answer) -> bool:
    """Whether there is something to judge: an answer that counts, of a way that replies."""
    return answer.counts and answer.reply is not None
