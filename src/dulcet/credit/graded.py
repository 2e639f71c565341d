"""Credit that is known: a message that ends the episode is worth what it earns, whatever a critic makes of it.

    A'(o, a) = A(o, a)           of a message that does not end the episode; let |A| < s for all of the turn
    A'(o, a) = s                 of an answer that succeeds
    A'(o, a) = r(a) - 1 - s      of one that does not and earns r in [0, 1]

What a question may lead to lies between success and failure, so that the order within a turn is that of the expected
outcome; and two answers that both succeed are equal. Ours, not the paper's: there the critic judges answers, too.
"""

import asyncio
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dulcet.agents.open import rules_for
from dulcet.credit.base import Critic, ScoreRequest
from dulcet.credit.monte_carlo import branches
from dulcet.protocol import parse
from dulcet.rollout.branch import Branch
from dulcet.rollout.play import Play
from dulcet.rollout.play_on import Answered, ask
from dulcet.task import Task


class GradedAnswers:
    """A critic whose numbers for answers are replaced by their grades.

    `tasks` are whole, with what the grader needs; `setup` is how episodes are played, of which rules and grading count
    here. Every grade is appended to `out` as it is given, and found there again.
    """

    def __init__(
        self, critic: Critic, tasks: Mapping[str, Task], setup: Play, out: Path, *, parallel: int = 256
    ) -> None:
        self.critic, self.tasks, self.setup, self.out, self.parallel = critic, tasks, setup, out, parallel

    @property
    def identity(self) -> dict[str, Any]:
        """The critic's, and that answers are graded."""
        return {**self.critic.identity, "answers": "graded"}

    def advantages(self, requests: Sequence[ScoreRequest]) -> list[list[float]]:
        """The critic's numbers, and grades in their place; minus infinity for an answer whose grading failed.

        Raises InputError for a request of an unknown task.
        """
        rows = [branches(request, self.tasks) for request in requests]
        answers = {branch.key: branch for row in rows for branch in row if self._ends(branch)}
        grades = self._grades(answers)
        lost = answers.keys() - grades.keys()  # the log says how many
        found = [
            [-math.inf if branch.key in lost else a for a, branch in zip(advantages, row, strict=True)]
            for advantages, row in zip(self.critic.advantages(requests), rows, strict=True)
        ]
        return [
            known_credit(advantages, [grades.get(branch.key) for branch in row])
            for advantages, row in zip(found, rows, strict=True)
        ]

    def _ends(self, branch: Branch) -> bool:
        """Whether the message ends the episode: it is marked as the answer, or there is no turn after it."""
        rules = rules_for(self.setup.agent, self.setup.rules)
        return parse(branch.message, rules.mode, last=len(branch.before) + 1 >= rules.max_turns).answer is not None

    def _grades(self, answers: Mapping[str, Branch]) -> dict[str, Answered]:
        if not answers:
            return {}
        asked = ask(list(answers.values()), self.setup, self.out, parallel=self.parallel, label="answers graded")
        graded = asyncio.run(asked)
        return {one.branch: one for one in graded if one is not None}


def known_credit(advantages: Sequence[float], grades: Sequence[Answered | None]) -> list[float]:
    """The advantages [N] of a turn's candidates, with those of graded ones replaced; what is infinite stays so."""
    bound = 1.0 + max((abs(one) for one in advantages if math.isfinite(one)), default=0.0)
    return [
        a if grade is None or grade.reward is None or not math.isfinite(a) else _worth(grade, bound)
        for a, grade in zip(advantages, grades, strict=True)
    ]


def _worth(grade: Answered, bound: float) -> float:
    return bound if grade.success else (grade.reward or 0.0) - 1.0 - bound
