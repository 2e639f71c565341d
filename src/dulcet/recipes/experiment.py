"""What an experiment is: everything that decides its numbers."""

from typing import Any

from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, ValidationError

from dulcet.errors import InputError
from dulcet.humans.open import HumanSpec
from dulcet.jsonl import describe
from dulcet.recipes.critic_truth import TruthSettings
from dulcet.recipes.experiment_presets import EXPERIMENTS


class Experiment(BaseModel):
    """One run of `dulcet reproduce`: tasks, episodes, methods, evaluation. Kept as config.json in the run's folder."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, protected_namespaces=())

    preset: str
    """Which preset it was made from."""
    benchmark: str = "backend"
    """What the tasks are of."""
    seed: int = 0
    test_seed: int | None = None
    """From which held-out tasks are synthesised, so that runs with different seeds share them; None is `seed`."""
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
    """Offline episodes of each training task, for every row that does not ask for others."""
    collect_model: str | None = None
    """Who plays the offline episodes: a folder or hub name; None is `model`."""
    max_turns: PositiveInt = 10
    temperature: float = 1.0
    max_new_tokens: PositiveInt = 160
    """Most tokens of one message."""
    max_tokens: PositiveInt = 1024
    """Longest sequence to train on."""
    methods: tuple[str, ...] = ("rejection_fine_tuning", "multi_turn_dpo", "sweet_rl")
    """The rows of the table: methods, agents that learn nothing (`react`, `self_refine`, `reflexion`), or names whose
    settings say which `method` they are a variant of."""
    method_preset: str = "house"
    """Where the methods' hyper-parameters come from: `house` or `paper`."""
    settings: dict[str, dict[str, Any]] = {}
    """Changed hyper-parameters by row, and what rows.py reads: `method`, `data`, `critic_only`."""
    single_turn: bool = True
    """Measure the single-turn baseline too."""
    best_of_n: tuple[PositiveInt, ...] = (1, 2, 4, 8)
    """Numbers of candidates for the Best-of-N curve of each critic; empty leaves it out."""
    best_of_n_tasks: NonNegativeInt = 80
    """On how many of the held-out tasks."""
    critic_truth: TruthSettings | None = None
    """How much is played on from held-out turns to measure every row's critic by; None leaves that out."""
    device: str = "auto"
    parallel: PositiveInt = 256
    """Episodes under way at once."""


def make_experiment(preset: str, **changes: Any) -> Experiment:
    """An experiment from a preset with some fields changed. Raises InputError for what is unknown or wrong."""
    if preset not in EXPERIMENTS:
        raise InputError(f"there is no preset '{preset}'", do=f"Choose one of: {', '.join(EXPERIMENTS)}.")
    try:
        made = Experiment.model_validate({"preset": preset, **EXPERIMENTS[preset], **changes})
    except ValidationError as error:
        raise InputError(describe(error), where="the experiment") from error
    methods = tuple(name.replace("-", "_") for name in made.methods)
    own = EXPERIMENTS[preset].get("settings", {})  # for rows that may not be among the chosen methods
    settings = {row: what for row, what in made.settings.items() if row in methods or what != own.get(row)}
    return made.model_copy(update={"methods": methods, "settings": settings})
