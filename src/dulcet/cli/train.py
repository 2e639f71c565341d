"""`dulcet train METHOD`: from collected episodes to a better policy."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tyro
from pydantic import Field
from tyro.conf import Positional

from dulcet.cli.command import Command, Result
from dulcet.humans.open import HumanSpec

if TYPE_CHECKING:
    from dulcet.agents.open import AgentSpec
    from dulcet.recipes.base import Ingredients
    from dulcet.recipes.rollouts import Rollouts
    from dulcet.task import Task


class TrainCommand(Command):
    r"""Train an agent with one method, from collected episodes or by playing.

    Methods: rejection-fine-tuning, multi-turn-dpo, magnet, sweet-rl; sweet-rounds and the online grpo and archer also
    play the training tasks with the person. Run the same command again to go on where it was stopped or killed. Several
    processes train together where `torchrun -m dulcet train ...` or `accelerate launch -m` starts them.

    Examples:
        dulcet train sweet-rl --tasks train.jsonl --episodes episodes.jsonl --out runs/sweet --preset house
        dulcet train multi-turn-dpo --tasks train.jsonl --episodes episodes.jsonl --out runs/dpo \
            --model Qwen/Qwen3-0.6B --lora --lr 1e-5
        dulcet train grpo --tasks train.jsonl --out runs/grpo --preset house
    """

    method: Annotated[Positional[str], tyro.conf.arg(metavar="METHOD")]
    """The method's name."""
    tasks: Annotated[Path, tyro.conf.arg(metavar="TASKS.jsonl")]
    """The training tasks, in ColBench's form."""
    out: Annotated[Path, tyro.conf.arg(metavar="FOLDER")]
    """Where checkpoints, metrics and the policy go."""
    episodes: Annotated[Path | None, tyro.conf.arg(metavar="EPISODES.jsonl")] = None
    """What `dulcet collect` wrote for them; ColBench's released trajectories are read too. Online methods need none."""
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
    """Most tokens of one candidate, or of one message of a fresh episode."""
    human: Annotated[HumanSpec, tyro.conf.OmitArgPrefixes] = HumanSpec()
    parallel: int = Field(default=256, ge=1)
    """Fresh episodes under way at once."""
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
        from dulcet.errors import InputError
        from dulcet.recipes.methods import make_method
        from dulcet.recipes.online import Online

        method = make_method(self.method, self.preset, **self._changes())
        if self.episodes is None and not isinstance(method, Online):
            what, do = f"'{self.method}' learns from collected episodes", "Give them with --episodes."
            raise InputError(what, do=do)
        given = self._ingredients()
        for episode in given.episodes:  # those of other tasks would be learnt from all the same
            given.task(episode.task_id)
        policy = method.run(given)
        print(f"Policy: {policy}")
        return Result({"method": method.name, "policy": str(policy), "episodes": len(given.episodes)})

    def _ingredients(self) -> "Ingredients":
        from dulcet.agents.open import AgentSpec, system_prompt
        from dulcet.benchmarks.open import benchmark_of
        from dulcet.benchmarks.task_file import load_tasks
        from dulcet.models.house_model import base_path
        from dulcet.recipes.base import Ingredients
        from dulcet.recipes.offline import read_episodes, read_tasks

        tasks = {task.id: task for task in load_tasks(self.tasks)}
        tasks |= read_tasks(self.episodes) if self.episodes else {}
        benchmark = benchmark_of(tasks.values())
        agent = AgentSpec(prompt=self.prompt, max_tokens=self.max_new_tokens)
        base = base_path(self.model, benchmark.name)
        return Ingredients(
            base=base,
            tasks={name: benchmark.for_critic(task) for name, task in tasks.items()},
            episodes=read_episodes(self.episodes) if self.episodes else [],
            system=system_prompt(agent, prompts=benchmark.prompts, turns=self.max_turns),
            out=self.out,
            max_tokens=self.max_tokens,
            max_new_tokens=self.max_new_tokens,
            device=self.device,
            seed=self.seed,
            rollouts=self._rollouts(list(tasks.values()), agent, base),
        )

    def _rollouts(self, tasks: "list[Task]", agent: "AgentSpec", base: str) -> "Rollouts":
        """What plays fresh episodes, as the collected ones were played."""
        from dulcet.models.open import ModelSpec
        from dulcet.protocol import Rules
        from dulcet.recipes.rollouts import Rollouts
        from dulcet.rollout.play import Play

        model, rules = ModelSpec(model=base, device=self.device), Rules(max_turns=self.max_turns)
        return Rollouts(tasks, Play(model=model, agent=agent, human=self.human, rules=rules), self.parallel)

    def _changes(self) -> dict[str, Any]:
        """Changed settings: those of the file, then the options, for each of the method's trainings."""
        from dulcet.cli.reproduce import read_settings
        from dulcet.recipes.methods import trainings

        changes = read_settings(self.settings) if self.settings else {}
        options: dict[str, Any] = {"lr": self.lr, "epochs": self.epochs, "log_to": self.log_to}
        options["lora"] = {"rank": self.lora_rank, "alpha": 2.0 * self.lora_rank} if self.lora else None
        options = {name: value for name, value in options.items() if value is not None}
        return changes | {name: changes.get(name, {}) | options for name in trainings(self.method) if options}
