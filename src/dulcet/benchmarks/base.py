"""What every benchmark is: its words. The rest of dulcet knows a benchmark by these alone (`benchmarks.open`).

What also belongs to a benchmark but stands above it is kept by name where it lives: the people of a benchmark and the
leak check of their replies in `humans`, the small model that was raised for it in `models`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

from pydantic import BaseModel, ConfigDict

from dulcet.errors import InputError
from dulcet.protocol import Mode, Parsed
from dulcet.sandbox.isolation import Isolation
from dulcet.task import Task
from dulcet.trajectory import Grade

Split = Literal["train", "validation", "test"]
OnDone = Callable[[], None]
"""Called each time that one more is done."""


class Grader(Protocol):
    """Grades one answer at a time; any number may be under way."""

    async def agrade(self, task: Task, answer: str | None) -> Grade:
        """The verdict on an answer; `None` (there is none) is graded as an empty one."""
        ...


class Grading(BaseModel):
    """How answers are graded by `dulcet grade`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Literal["strict", "paper", "both"] = "strict"
    """strict: the benchmark's own verdict; paper: the released code's; both: strict, and where paper differs."""
    workers: int | None = None
    """Answers at a time; None: as many as there are processor cores."""
    isolation: Isolation | None = None
    """What must hold around answers, else nothing is graded."""
    cache: Path | None = None
    """A file in which verdicts are kept."""


@dataclass(frozen=True)
class Graded:
    """The verdicts on many answers, and how they came about."""

    grades: list[Grade]
    data: dict[str, Any] = field(default_factory=dict)
    """What there is to say beyond the verdicts, for `--json`."""
    lines: list[str] = field(default_factory=list)
    """The same for people."""


@dataclass(frozen=True)
class Findings:
    """What is wrong with readable tasks."""

    size: str
    """What the tasks hold, e.g. `5000 tests`."""
    data: dict[str, Any]
    lines: list[str]
    failing: bool
    """Whether a reference fails its own check."""


class Benchmark(ABC):
    """One benchmark. Its module imports nothing heavy; what is heavy is imported by the methods."""

    name: ClassVar[str]
    hidden_name: ClassVar[str]
    """What only the person knows, in a word: the hidden `function`."""
    language: ClassVar[str]
    """Of answers and references, for colouring: `python`."""
    looked_at: ClassVar[bool] = False
    """Whether people look at pictures of answers and references, and not at their source."""
    score_name: ClassVar[str]
    """What `Grade.tests_passed` is here, as a heading: `tests passed`."""
    score_of: ClassVar[str]
    """What a mean of it is a percentage of, e.g. `of the tests`."""
    passing: ClassVar[str]
    """When an answer is a success, in half a sentence: `the answer passed all hidden tests`."""
    reply_limit: ClassVar[int]
    """Characters of one reply of the person."""
    wins: ClassVar[bool] = False
    """Whether a win rate against the first method is part of an experiment's table."""
    pair_margin: ClassVar[float] = 0.0
    """Least difference of the rewards of two episodes that are compared."""
    every_pair: ClassVar[bool] = False
    """Whether any two episodes of a task are compared, and not only the best one with each worse one."""
    prompts: ClassVar[Mapping[str, str]]
    """System prompts by name: `default`, `single-turn`, `none`; `{turns}` is the limit of the rules."""

    @abstractmethod
    def recognises(self, row: Mapping[str, Any]) -> bool:
        """Whether a row without the field `benchmark` looks like one of this benchmark's tasks."""

    @abstractmethod
    def parse_row(self, row: dict[str, Any], where: str, default_id: str) -> Task:
        """One row of a task file as a Task. Raises InputError naming the field."""

    @abstractmethod
    def as_row(self, task: Task) -> dict[str, Any]:
        """A task as a row of a task file."""

    @abstractmethod
    def synthesise(
        self, count: int, *, seed: int, split: Split, difficulty: int, families: Sequence[str] | None = None
    ) -> list[Task]:
        """`count` distinct tasks, the same for the same arguments. Raises InputError where they cannot be made."""

    def hand_written(self) -> list[Task]:
        """Tasks written by hand. Raises InputError where there are none."""
        raise InputError(f"there are no hand-written {self.name} tasks", do="Leave --hand-written out.")

    def for_critic(self, task: Task) -> Task:
        """The task as a critic reads it: its hidden information in the form that says most in the fewest tokens."""
        return task

    @abstractmethod
    def parse(self, text: str, mode: Mode, *, last: bool, earlier: Sequence[str]) -> Parsed:
        """Take a message of the agent apart; `earlier` is what it said before, thoughts left out, oldest first."""

    def measure(self, mode: Literal["strict", "paper"]) -> dict[str, Any]:
        """Which measure grades, for the config of result files, where the mode alone does not say it."""
        return {}

    def require(self) -> None:
        """Raises a DulcetError that says what is missing on this machine for episodes to be played and graded."""
        return

    @abstractmethod
    def open_grader(self, mode: Literal["strict", "paper"] = "strict") -> AbstractAsyncContextManager[Grader]:
        """A grader for episodes as they end."""

    @abstractmethod
    def grade_all(self, pairs: Sequence[tuple[Task, str]], how: Grading, on_done: OnDone) -> Graded:
        """The verdicts on many answers. Raises InputError for a way of grading that this benchmark does not have."""

    @abstractmethod
    def check(self, tasks: Sequence[Task], on_done: OnDone) -> Findings:
        """Whether the references pass their own checks, and what else is doubtful."""

    def code_in(self, content: str) -> str | None:
        """The code that a message shows before its answer, to be set apart from what it says; None for none."""
        return None

    @abstractmethod
    def verdict(self, grade: Grade, checks: int) -> str:
        """What a grade says of an answer to a task with so many checks, for readers of a report."""

    def pictures(self, sources: Sequence[str]) -> dict[str, bytes]:
        """Answers and references as people look at them (`looked_at`): PNG by source, without those that show none."""
        return {}
