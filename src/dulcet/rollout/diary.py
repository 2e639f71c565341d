"""What Reflexion keeps on disk beside its episodes: a folder FILE.jsonl.trials with every trial and every reflection.

FILE.jsonl itself has the last trial of each task, in the form of all other agents' episodes.
"""

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from dulcet.jsonl import Appender, read_if_exists
from dulcet.models.base import Completion
from dulcet.rollout.collect import Key
from dulcet.rollout.config import hold_to_config
from dulcet.trajectory import Trajectory


class Trial(BaseModel):
    """One trial of a task that came to its end; one that the machinery broke is not kept."""

    model_config = ConfigDict(frozen=True)

    format: Literal["dulcet.trial/1"] = "dulcet.trial/1"
    trial: int
    """Which trial of the task it was, from 1."""
    run: Trajectory


class Reflection(BaseModel):
    """What the model wrote down after a failed trial."""

    model_config = ConfigDict(frozen=True)

    format: Literal["dulcet.reflection/1"] = "dulcet.reflection/1"
    task_id: str
    episode: int = 0
    trial: int
    verdict: str
    """What it was told about the trial."""
    text: str
    """Empty where the model could say nothing (`finish`); the next trial then goes without it."""
    tokens: int
    prompt_tokens: int
    finish: Literal["stop", "length", "refused", "overflow"]


def trials_folder(out: Path) -> Path:
    """Where the trials behind the episodes in `out` are kept."""
    return out.with_name(f"{out.name}.trials")


class Diary:
    """All trials and reflections of a file of episodes. Use as a context manager to add to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        trials = read_if_exists(folder / "trials.jsonl", Trial)
        reflections = read_if_exists(folder / "reflections.jsonl", Reflection)
        self.trials: dict[tuple[Key, int], Trajectory] = {(one.run.key, one.trial): one.run for one in trials}
        self.reflections: dict[tuple[Key, int], Reflection] = {
            ((one.task_id, one.episode), one.trial): one for one in reflections
        }

    @classmethod
    def continued(cls, folder: Path, config: dict[str, Any]) -> Self:
        """A diary to go on with. Raises InputError where another config made it."""
        hold_to_config(folder / "trials.jsonl", config)
        return cls(folder)

    def __enter__(self) -> Self:
        self._trials = Appender(self.folder / "trials.jsonl").__enter__()
        self._reflections = Appender(self.folder / "reflections.jsonl").__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._reflections.__exit__(*exception)
        self._trials.__exit__(*exception)

    def keep_trial(self, number: int, run: Trajectory) -> None:
        """Write one trial down. Raises StorageError."""
        self._trials.append(Trial(trial=number, run=run))
        self.trials[run.key, number] = run

    def keep_reflection(self, number: int, run: Trajectory, verdict: str, completion: Completion) -> None:
        """Write down what the model said after trial `number`. Raises StorageError."""
        reflection = Reflection(
            task_id=run.task_id,
            episode=run.episode,
            trial=number,
            verdict=verdict,
            text=completion.text,
            tokens=completion.tokens,
            prompt_tokens=completion.prompt_tokens,
            finish=completion.finish,
        )
        self._reflections.append(reflection)
        self.reflections[run.key, number] = reflection

    def lessons(self, key: Key, before: int) -> list[str]:
        """The reflections on the trials before trial `before`, oldest first."""
        found = (self.reflections.get((key, number)) for number in range(1, before))
        return [one.text for one in found if one is not None]
