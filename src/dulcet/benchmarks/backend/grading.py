"""Many answers against the hidden tests at once, and how the released grader would have judged them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from dulcet.benchmarks.backend.differences import why_different
from dulcet.benchmarks.backend.grader import Grader
from dulcet.benchmarks.base import Graded, Grading, OnDone
from dulcet.progress import progress
from dulcet.task import Task
from dulcet.trajectory import Grade


def grade_all(pairs: Sequence[tuple[Task, str]], how: Grading, on_done: OnDone) -> Graded:
    """The verdicts, the isolation that was around the answers, and with mode `both` what the released grader says."""
    with _grader(how, "paper" if how.mode == "paper" else "strict") as grader:
        grades = grader.grade_many(pairs, lambda index, grade: on_done())
        layers = grader.layers
        paper = _compared(pairs, how, grades, grader) if how.mode == "both" else None
    data: dict[str, Any] = {"mode": how.mode, "isolation": layers}
    lines = [f"Isolation: {', '.join(layers) or 'not needed, all verdicts were cached'}"]
    if paper is None:
        return Graded(grades, data, lines)
    return Graded(grades, data | {"paper": paper}, lines + _paper_lines(paper))


def _grader(how: Grading, mode: Literal["strict", "paper"]) -> Grader:
    return Grader(mode, how.workers, cache=how.cache, isolation=how.isolation)


def _compared(
    pairs: Sequence[tuple[Task, str]], how: Grading, strict: Sequence[Grade], grader: Grader
) -> dict[str, Any]:
    """How the released grader would have judged, and why otherwise where it would."""
    with _grader(how, "paper") as paper_grader, progress("grade as the paper", len(pairs)) as bar:
        paper = paper_grader.grade_many(pairs, lambda index, grade: bar.advance())
    reasons = [
        why_different(task, answer, one, other, grader.reference_results(task))
        for (task, answer), one, other in zip(pairs, strict, paper, strict=True)
    ]
    return {
        "passed": sum(grade.success for grade in paper),
        "tests_passed": sum(grade.tests_passed for grade in paper) / len(paper),
        "differences": dict(Counter(why for why in reasons if why is not None).most_common()),
        "results": [
            {"tests_passed": grade.tests_passed, "why": why} for grade, why in zip(paper, reasons, strict=True)
        ],
    }


def _paper_lines(paper: dict[str, Any]) -> list[str]:
    count = sum(paper["differences"].values())
    head = f"The released grader: {paper['passed']} pass, {paper['tests_passed']:.1%} of the tests; {count} differ"
    return [head, *(f"  {answers}: {why}" for why, answers in paper["differences"].items())]
