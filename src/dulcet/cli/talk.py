"""`dulcet talk`: be the person yourself, or watch an episode."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Literal

import tyro
from pydantic import Field
from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax
from tyro.conf import OmitArgPrefixes, Positional

from dulcet.agents.open import AgentSpec, open_agent, rules_for
from dulcet.benchmarks.open import open_benchmark
from dulcet.cli.command import Command, Result
from dulcet.environment import Environment, Step
from dulcet.errors import EndpointError, InputError
from dulcet.humans.base import Human
from dulcet.humans.open import HumanSpec, open_human
from dulcet.memory.embedding import EmbedderSpec
from dulcet.models.base import Completion
from dulcet.models.open import ModelSpec, open_model
from dulcet.protocol import Rules
from dulcet.rollout.episode import EpisodeRequest, run_episode
from dulcet.rollout.play import closing
from dulcet.task import Task
from dulcet.trajectory import Trajectory

OWN_TASKS = 40
"""How many tasks there are to choose from where no file is given."""


class TalkCommand(Command):
    """Work on one task with the agent: you are the person who knows what is wanted. Or watch a simulated one.

    At the end you see the answer, how it was graded, and the hidden function. Where a web page is wanted, you look at
    pictures of it and of the agent's page in your browser, and answer there.

    With --memory there is no task: a conversation with an agent that remembers, and that goes on tomorrow.

    Examples:
        dulcet talk
        dulcet talk --watch --seed 3
        dulcet talk --benchmark frontend
        dulcet talk tasks.jsonl --task backend-7 --model Qwen/Qwen3-4B-Instruct-2507
        dulcet talk --memory mine.memory --model qwen3 --base-url http://127.0.0.1:8000/v1
    """

    tasks: Annotated[Positional[Path | None], tyro.conf.arg(metavar="TASKS.jsonl")] = None
    """A file of tasks; without it, a synthesised held-out task of the kind that the house model was raised on."""
    task: str | None = None
    """The id of the task; without it, the seed chooses."""
    benchmark: Literal["backend", "frontend"] = "backend"
    """Without a file: what the task is about, a function or a web page."""
    watch: bool = False
    """Watch the agent talk with the simulated person (--human)."""
    seed: int = 0
    """Everything random follows from it."""
    rules: Literal["default", "paper"] = "default"
    """paper: the released protocol to the letter."""
    max_turns: int = Field(default=10, ge=1)
    """Messages of the agent."""
    memory: Annotated[str | None, tyro.conf.arg(metavar="FILE")] = None
    """Talk about anything, and remember it in this file (made where there is none; postgresql://... for a database)."""
    user: str = "default"
    """With --memory: whose memory in the file, your name."""
    every: Annotated[float | None, tyro.conf.arg(metavar="MINUTES")] = Field(default=None, gt=0)
    """With --memory: let the agent think unasked every so many minutes."""
    trace: Annotated[Path | None, tyro.conf.arg(metavar="FILE.jsonl")] = None
    """With --memory: append every completion with its prompt to this file."""
    agent: Annotated[AgentSpec, OmitArgPrefixes] = AgentSpec()
    model: Annotated[ModelSpec, OmitArgPrefixes] = ModelSpec()
    human: Annotated[HumanSpec, OmitArgPrefixes] = HumanSpec()
    embedder: Annotated[EmbedderSpec, OmitArgPrefixes] = EmbedderSpec()

    def run(self) -> Result:
        """Talk, grade, and show what was hidden."""
        if self.memory is not None:
            return self._remember(self.memory)
        console = Console(file=sys.stdout)
        task = choose(self.tasks, self.task, self.seed, self.benchmark)
        run = asyncio.run(self._talk(task, console))
        show_end(console, task, run)
        return Result({"task": task.id, "hidden": task.hidden, **run.model_dump(mode="json")})

    def _remember(self, file: str) -> Result:
        """A conversation without a task. Raises InputError where one is given."""
        from dulcet.cli.talk_memory import TalkSetup, run_talk

        if self.tasks is not None or self.task is not None or self.watch:
            raise InputError("a conversation with a memory has no task", where="--memory", do="Leave the task away.")
        model, embedder = self.model, self.embedder
        setup = TalkSetup(file, self.user, self.agent, model, embedder, self.seed, self.every, self.trace)
        held = run_talk(setup)
        return Result(held, exit_code=EndpointError.exit_code if held["unanswered"] else 0)

    async def _talk(self, task: Task, console: Console) -> Trajectory:
        if self.agent.agent == "reflexion":
            do = "Use 'dulcet evaluate', or another --agent."
            raise InputError("reflexion needs several trials, and a talk is one", where="--agent", do=do)
        benchmark = open_benchmark(task.benchmark)
        rules = rules_for(self.agent, Rules(mode=self.rules, max_turns=self.max_turns, time_limit=24 * 3600))
        human = open_human(self.human if self.watch else HumanSpec(human="terminal"), benchmark.name)
        async with closing(open_model(self.model, house=benchmark.name)) as model, closing(human):
            agent = open_agent(self.agent, model, prompts=benchmark.prompts, turns=rules.max_turns)
            environment = self._environment(task, human, rules, console)
            async with benchmark.open_grader() as grader:
                finished = await run_episode(
                    EpisodeRequest(task), agent=agent, environment=environment, grade=grader.agrade, seed=self.seed
                )
        if finished.failure is not None:
            raise finished.failure
        return finished.trajectory

    def _environment(self, task: Task, human: Human, rules: Rules, console: Console) -> Environment:
        who = "Person" if self.watch else "You"
        console.print(f"[bold]{who}:[/] {escape(task.prompt)}\n")
        if self.watch:
            return WatchedEnvironment(human, rules, console)
        benchmark = open_benchmark(task.benchmark)
        if not benchmark.looked_at:
            console.print(f"[bold]Only you know the {benchmark.hidden_name} that is wanted:[/]")
            console.print(code(task.hidden, benchmark.language))
        return Environment(human, rules)


class WatchedEnvironment(Environment):
    """An environment that shows what is said."""

    def __init__(self, human: Human, rules: Rules, console: Console) -> None:
        super().__init__(human, rules)
        self._console = console

    async def step(self, completion: Completion | str) -> Step:
        """The same step, shown."""
        step = await super().step(completion)
        if step.turn is not None and not step.done:
            self._console.print(f"[bold cyan]Agent:[/] {escape(step.turn.content)}\n")
            self._console.print(f"[bold]Person:[/] {escape(step.reply or '')}\n")
        return step


def choose(path: Path | None, task_id: str | None, seed: int, benchmark: str = "backend") -> Task:
    """The task asked for. Raises InputError where the file holds no task of that id."""
    from dulcet.benchmarks.task_file import load_tasks

    if path:
        tasks = load_tasks(path, strict=False)
    else:
        tasks = open_benchmark(benchmark).synthesise(OWN_TASKS, seed=0, split="test", difficulty=1)
    if task_id is None:
        return tasks[seed % len(tasks)]
    found = [task for task in tasks if task.id == task_id]
    if not found:
        some = ", ".join(task.id for task in tasks[:5])
        raise InputError(f"there is no task '{task_id}'", where=str(path or "--task"), do=f"There are e.g. {some}.")
    return found[0]


def show_end(console: Console, task: Task, run: Trajectory) -> None:
    """The answer, its grade and what was hidden."""
    count, benchmark = len(run.turns), open_benchmark(task.benchmark)
    console.rule(f"{run.outcome.value} after {count} message{'' if count == 1 else 's'}")
    if run.answer is not None:
        console.print("[bold]The agent's answer[/]")
        console.print(code(run.answer.strip(), benchmark.language))
    elif run.turns:
        console.print(f"[bold]The agent's last message, which is no answer[/]\n{escape(run.turns[-1].content)}")
    if run.grade is not None:
        grade = run.grade
        verdict = "[green]passed[/]" if grade.success else f"[red]{grade.outcome}[/] {escape(grade.detail)}"
        console.print(f"[bold]{benchmark.score_name.capitalize()}:[/] {grade.tests_passed:.0%}  {verdict}")
    if not benchmark.looked_at:
        console.print(f"[bold]The hidden {benchmark.hidden_name}[/]")
        console.print(code(task.hidden, benchmark.language))


def code(source: str, language: str) -> Syntax:
    """Code in colours, long lines wrapped."""
    return Syntax(source, language, word_wrap=True, background_color="default")
