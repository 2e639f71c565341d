"""From what reference and answer did with a check to the verdict on it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from dulcet.sandbox import CallResult, Report, Status
from dulcet.sandbox.values import comparable, same, show

BROKEN = (
    "ImportError", "ModuleNotFoundError", "NameError", "SyntaxError", "IndentationError", "SystemExit",
    "KeyboardInterrupt", "RecursionError",
)  # fmt: skip
"""Exceptions that no reference raises on purpose."""


class AnswerOutcome(StrEnum):
    """What became of an answer: `passed`, or why the first check that it failed was failed."""

    PASSED = "passed"
    WRONG = "wrong"
    SYNTAX_ERROR = "syntax_error"
    MISSING_FUNCTION = "missing_function"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"
    NOT_COMPARABLE = "not_comparable"
    """A returned value has no plain form (a function, an object of the answer's own class) or is too large."""
    REFERENCE_FAILED = "reference_failed"
    """The only checks failed are those that the reference itself cannot do."""


REPEATABLE = frozenset(AnswerOutcome) - {
    AnswerOutcome.TIMED_OUT,
    AnswerOutcome.OUT_OF_MEMORY,
    AnswerOutcome.CRASHED,
    AnswerOutcome.REFERENCE_FAILED,
}
"""Outcomes that a busy machine cannot have caused: only these verdicts are cached."""


@dataclass(frozen=True)
class Expected:
    """What the reference did with one check."""

    report: Report

    @cached_property
    def result(self) -> CallResult:
        """The report, read."""
        return self.report.read()

    @cached_property
    def usable(self) -> bool:
        """Whether it can be agreed with: a value with a plain form, or an exception that was meant."""
        if self.report.plain:
            return True
        if self.result.status is Status.RAISED:
            return self.result.value not in BROKEN
        return self.result.status is Status.VALUE and comparable(self.result.value)

    def judge(self, actual: Report) -> AnswerOutcome:
        """The verdict on an answer's report of the same check.

        An exception that the reference raises is a result like a value: an answer that raises the same type agrees.
        A check that the reference itself cannot do (it ran out of time, returned something with no plain form, lacks
        an import) is passed by nobody and still counts, so that a broken task shows instead of becoming an easier one.
        """
        if not self.usable:
            return AnswerOutcome.REFERENCE_FAILED
        if actual == self.report:  # to the last bit, as most are
            return AnswerOutcome.PASSED
        found = actual.read()
        if self.result.status is found.status and same(self.result.value, found.value):
            return AnswerOutcome.PASSED
        return _failure(found)


def _failure(found: CallResult) -> AnswerOutcome:
    if found.status is Status.VALUE:
        return AnswerOutcome.WRONG if comparable(found.value) else AnswerOutcome.NOT_COMPARABLE
    return AnswerOutcome.NOT_COMPARABLE if found.status is Status.TOO_LARGE else AnswerOutcome(found.status.value)


def describe(actual: Report) -> str:
    """What an answer did, in a few words that can be stored: a forged report says what it likes."""
    found = actual.read()
    if found.status is Status.VALUE:
        return f"returned {show(found.value)}"
    said = " ".join(str(part) for part in (found.status.value, found.value, found.detail) if part)
    return said[:400].encode("utf-8", "backslashreplace").decode()
