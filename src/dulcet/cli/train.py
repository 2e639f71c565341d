"""`dulcet train METHOD`: from collected episodes to a better policy."""

from pathlib import Path
from typing import Annotated, Any, Literal

import tyro
from pydantic import Field
from tyro.conf import Positional

from dulcet.cli.command import Command, Result


class TrainCommand(Command):
    r"""Train an agent from collected episodes with one method.

    Methods: rejection-fine-tuning, multi-turn-dpo, magnet, sweet-rl. Run the same command again to go on where it was
    stopped or killed. Several processes train together where `torchrun -m dulcet train ...` or `accelerate launch -m`
    starts them.

    Examples:
        dulcet train sweet-rl --tasks train.jsonl --episodes episodes.jsonl --out runs/sweet --preset house
        dulcet train multi-turn-dpo --tasks train.jsonl --episodes episodes.jsonl --out runs/dpo \
            --model Qwen/Qwen3-0.6B --lora --lr 1e-5
    """

    method: Annotated[Positional[str], tyro.conf.arg(metavar="METHOD")]
    """The method's name."""
    tasks: Annotated[Path, tyro.conf.arg(metavar="TASKS.jsonl")]
    """The training tasks, in ColBench's form."""
    episodes: Annotated[Path, tyro.conf.arg(metavar="EPISODES.jsonl")]
    """What `dulcet collect` wrote for them; ColBench's released trajectories are read too."""
    out: Annotated[Path, tyro.conf.arg(metavar="FOLDER")]
    """Where checkpoints, metrics and the policy go."""
    model: str = "house"
    """The model to start from: `house`, a folder or a hub name."""
    preset: Literal["paper", "house"] = "paper"
    """Hyper-parameters: the paper's, or those found for the house model."""
    settings: Path | None = None
    """A TOML file with changed hyper-parameters, one section a training or loss (docs/training.md): [train] lr = 1e-5
    for multi-turn-dpo, [policy] lr = 1e-5 for sweet-rl."""
    lr: float | None = Field(default=None, gt=0)
    """Learning rate of every training of the method."""
    epochs: int | None = Field(default=None, ge=1)
    """Epochs of every training of the method."""
    lora: bool = False
    """Train low-rank adapters in place of all weights."""
    lora_rank: int = Field(default=16, ge=1)
    """Rank of the adapters."""
    max_turns: int = Field(default=10, ge=1)
    """As the episodes were collected: the system message names it."""
    prompt: str | None = None
    """Name of the system prompt that the episodes were collected with; unset is the agent's own."""
    max_tokens: int = Field(default=8192, ge=1)
    """Longest sequence to train on; longer ones are left out and counted."""
    max_new_tokens: int = Field(default=1024, ge=1)
    """Most tokens of one candidate."""
    log_to: tuple[Literal["tensorboard", "wandb", "trackio"], ...] | None = None
    """Where the curves go beside metrics.jsonl; unset is TensorBoard where it is installed."""
    seed: int = 0
    """Everything random follows from it."""
    device: str = "auto"
    """Where to train: auto, cpu, cuda, mps."""

    def run(self) -> Result:
        """Train; print where the policy is. Of several processes the first runs the recipe, the others help it."""
        from dulcet.training.helpers import led
        from dulcet.training.trainer import train_here

        return led(self._train, train_here)

    def _train(self) -> Result:
        from dulcet.agents.open import AgentSpec, system_prompt
        from dulcet.benchmarks.open import benchmark_of
        from dulcet.benchmarks.task_file import load_tasks
        from dulcet.models.house_model import base_path
        from dulcet.recipes.base import Ingredients
        from dulcet.recipes.methods import make_method
        from dulcet.recipes.offline import read_episodes, read_tasks

        method = make_method(self.method, self.preset, **self._changes())
        tasks = {task.id: task for task in load_tasks(self.tasks)} | read_tasks(self.episodes)
        benchmark = benchmark_of(tasks.values())
        given = Ingredients(
            base=base_path(self.model, benchmark.name),
            tasks={name: benchmark.for_critic(task) for name, task in tasks.items()},
            episodes=read_episodes(self.episodes),
            system=system_prompt(AgentSpec(prompt=self.prompt), prompts=benchmark.prompts, turns=self.max_turns),
            out=self.out,
            max_tokens=self.max_tokens,
            max_new_tokens=self.max_new_tokens,
            device=self.device,
            seed=self.seed,
        )
        for episode in given.episodes:  # those of other tasks would be learnt from all the same
            given.task(episode.task_id)
        policy = method.run(given)
        print(f"Policy: {policy}")
        return Result({"method": method.name, "policy": str(policy), "episodes": len(given.episodes)})

    def _changes(self) -> dict[str, Any]:
        """Changed settings: those of the file, then the options, for each of the method's trainings."""
        from dulcet.cli.reproduce import read_settings
        from dulcet.recipes.methods import trainings

        changes = read_settings(self.settings) if self.settings else {}
        options: dict[str, Any] = {"lr": self.lr, "epochs": self.epochs, "log_to": self.log_to}
        options["lora"] = {"rank": self.lora_rank, "alpha": 2.0 * self.lora_rank} if self.lora else None
        options = {name: value for name, value in options.items() if value is not None}
        return changes | {name: changes.get(name, {}) | options for name in trainings(self.method) if options}
