"""What an experiment is: everything that decides its numbers, and the presets."""

from typing import Any

from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, ValidationError

from dulcet.errors import InputError
from dulcet.humans.open import HumanSpec
from dulcet.jsonl import describe


class Experiment(BaseModel):
    """One run of `dulcet reproduce`: tasks, episodes, methods, evaluation. Kept as config.json in the run's folder."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, protected_namespaces=())

    preset: str
    """Which preset it was made from."""
    benchmark: str = "backend"
    """What the tasks are of."""
    seed: int = 0
    model: str = "house"
    """The model to start from: `house`, a folder or a hub name."""
    human: HumanSpec = HumanSpec()
    tasks: str | None = None
    """A file of training tasks in ColBench's form; None synthesises them."""
    test_tasks: str | None = None
    """A file of test tasks, to go with `tasks`."""
    difficulty: PositiveInt = 1
    """Of synthesised tasks."""
    train_tasks: PositiveInt = 300
    """Tasks to learn from; with a file, at most the first so many of it."""
    evaluation_tasks: PositiveInt = 400
    """Held-out tasks on which every method is measured, the same for all."""
    episodes: PositiveInt = 4
    """Offline episodes of each training task."""
    max_turns: PositiveInt = 10
    temperature: float = 1.0
    max_new_tokens: PositiveInt = 160
    """Most tokens of one message."""
    max_tokens: PositiveInt = 1024
    """Longest sequence to train on."""
    methods: tuple[str, ...] = ("rejection_fine_tuning", "multi_turn_dpo", "sweet_rl")
    """The rows of the table to train: methods, or names whose settings say which `method` they are a variant of."""
    method_preset: str = "house"
    """Where the methods' hyper-parameters come from: `house` or `paper`."""
    settings: dict[str, dict[str, Any]] = {}
    """Changed hyper-parameters by row; `method` names the method of a row that is a variant."""
    single_turn: bool = True
    """Measure the single-turn baseline too."""
    best_of_n: tuple[PositiveInt, ...] = (1, 2, 4, 8)
    """Numbers of candidates for the Best-of-N curve of the critic; empty leaves it out."""
    best_of_n_tasks: NonNegativeInt = 80
    """On how many of the held-out tasks."""
    device: str = "auto"
    parallel: PositiveInt = 256
    """Episodes under way at once."""


PRESETS: dict[str, dict[str, Any]] = {
    "demo": {},
    "full": {
        "train_tasks": 1500,
        "evaluation_tasks": 1000,
        "episodes": 8,
        "best_of_n": (1, 2, 4, 8, 16),
        "best_of_n_tasks": 300,
        "methods": ("rejection_fine_tuning", "multi_turn_dpo", "magnet", "sweet_rl"),
    },
    "frontend": {
        "benchmark": "frontend",
        "train_tasks": 150,
        "evaluation_tasks": 150,
        "max_tokens": 2048,
        "best_of_n": (1, 4),
        "best_of_n_tasks": 40,
    },
}
"""demo: ten minutes on two cores. full: a thousand held-out tasks and more data, an hour or more. frontend: web pages,
which a browser draws at every turn."""


def make_experiment(preset: str, **changes: Any) -> Experiment:
    """An experiment from a preset with some fields changed. Raises InputError for what is unknown or wrong."""
    if preset not in PRESETS:
        raise InputError(f"there is no preset '{preset}'", do=f"Choose one of: {', '.join(PRESETS)}.")
    try:
        made = Experiment.model_validate({"preset": preset, **PRESETS[preset], **changes})
    except ValidationError as error:
        raise InputError(describe(error), where="the experiment") from error
    return made.model_copy(update={"methods": tuple(name.replace("-", "_") for name in made.methods)})
