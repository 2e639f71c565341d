"""Mode `paper`: the verdict of ColBench's released grader for any answer, defects included.

Written from the documented behaviour, not from its source; what is and is not reproduced stands in docs/grader.md.
Unlike the original it runs in a separate, limited process, so that an answer cannot harm the evaluation.
"""

import re
from pathlib import Path
from typing import Any

from dulcet.sandbox import CallResult, Limits, Status
from dulcet.task import Task
from dulcet.trajectory import Grade

DRIVER = Path(__file__).with_name("paper_driver.py")
FORBIDDEN = ("import os", "sudo", "quit(")
"""Words for which the released grader scores 0 wherever they stand, docstrings included (those that are documented)."""
FENCE = re.compile(r"```python\n(.*?)```", re.S)
ANY_FENCE = re.compile(r"```[^\n]*\n(.*?)```", re.S)


def strip_fences(answer: str) -> str:
    """The first block fenced as Python, else the first fenced block, else the whole text."""
    found = FENCE.search(answer) or ANY_FENCE.search(answer)
    return found.group(1) if found else answer


def paper_request(task: Task, answer: str) -> dict[str, Any]:
    """What the paper driver is asked. The test cases go as they stand, comparisons included."""
    return {"code": strip_fences(answer), "reference": task.hidden, "calls": list(task.checks)}


def limits(base: Limits) -> Limits:
    """The driver keeps its own time (1 s for each test of the answer, none for the reference); these only end hangs."""
    return base.model_copy(update={"seconds": 30.0, "cpu_seconds": 30.0, "total_seconds": 60.0})


def verdict(answer: str, task: Task, results: list[CallResult]) -> Grade:
    """The released score: the share of tests with a reference value other than None that the answer's value equals."""
    word = next((word for word in FORBIDDEN if word in strip_fences(answer)), None)
    if word is not None:
        return Grade(tests_passed=0.0, success=False, outcome="wrong", detail=f"holds the forbidden word {word!r}")
    passed = sum(result.status is Status.VALUE and result.value is True for result in results)
    lost = next((result for result in results if result.status is not Status.VALUE), None)
    outcome = "passed" if passed == len(results) else lost.status.value if lost else "wrong"
    return Grade(tests_passed=passed / len(results), success=passed == len(results), outcome=outcome)
