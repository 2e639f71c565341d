"""What a list of episodes comes to. Failures of the machinery are in no mean: they are counted apart."""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import fmean

from pydantic import BaseModel, ConfigDict

from dulcet.errors import InputError
from dulcet.trajectory import Trajectory


class Metrics(BaseModel):
    """The plain numbers of one method, without intervals. A mean is None where no episode counts."""

    model_config = ConfigDict(frozen=True)

    episodes: int
    """Episodes in the means."""
    failed: int
    """Episodes that the machinery broke (agent or person unreachable, time limit): in none of the means."""
    tests_passed: float | None
    """Mean reward (ColBench, arXiv 2503.15478, section 3): share of hidden tests passed; for pages, the similarity."""
    success: float | None
    """Share of episodes whose answer passes every test; for pages, whose page is alike enough."""
    turns: float | None
    """Messages of the agent in an episode, the answer included."""
    tokens: float | None
    """Tokens the agent wrote in an episode, thoughts included."""
    leak_rate: float | None
    """Share of the person's replies that leaked the hidden information at least once before they were let through."""
    redacted_rate: float | None
    """Share of the person's replies of which only a redacted form was shown."""
    outcomes: dict[str, int]
    """Episodes by how they ended, failed ones included."""
    answers: dict[str, int]
    """Graded answers by what became of them."""


def counted(trajectories: Iterable[Trajectory]) -> list[Trajectory]:
    """The episodes that count, in the order of their keys. Raises InputError for an answer that nobody graded."""
    kept = sorted((one for one in trajectories if one.outcome.agents_own), key=lambda one: one.key)
    for one in kept:
        if one.outcome.gradable and one.grade is None:
            where = f"task {one.task_id}, episode {one.episode}"
            raise InputError("the answer has no grade", where=where, do="Grade the episodes before measuring them.")
    return kept


def measure(trajectories: Sequence[Trajectory]) -> Metrics:
    """Measure the episodes of one method. Raises InputError for an answer that nobody graded."""
    kept = counted(trajectories)
    answered = [turn for one in kept for turn in one.turns if turn.reply is not None]
    return Metrics(
        episodes=len(kept),
        failed=len(trajectories) - len(kept),
        tests_passed=_mean([one.reward or 0.0 for one in kept]),
        success=_mean([one.success for one in kept]),
        turns=_mean([len(one.turns) for one in kept]),
        tokens=_mean([sum(turn.tokens for turn in one.turns) for one in kept]),
        leak_rate=_mean([turn.leaks > 0 for turn in answered]),
        redacted_rate=_mean([turn.redacted for turn in answered]),
        outcomes=_count(one.outcome.value for one in trajectories),
        answers=_count(one.grade.outcome for one in kept if one.grade is not None),
    )


def _mean(values: Sequence[float]) -> float | None:
    return round(fmean(values), 6) if values else None


def _count(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))
