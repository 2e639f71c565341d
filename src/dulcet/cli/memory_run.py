"""`dulcet memory run`: how well a memory serves, on MemGPT's four tasks and on LoCoMo."""

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro
from pydantic import BaseModel, ConfigDict, Field
from tyro.conf import OmitArgPrefixes, Positional

from dulcet.cli.command import Command, Result
from dulcet.errors import InputError
from dulcet.memory.config import ContextSpec
from dulcet.memory.embedding import EmbedderSpec
from dulcet.models.open import ModelSpec

if TYPE_CHECKING:
    from dulcet.benchmarks.memory.judge import Judge
    from dulcet.evaluation.memory.table import MemoryTable
    from dulcet.models.base import Model


class JudgeSpec(BaseModel):
    """Who says whether an answer is right; without one there are the measures that need none."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, protected_namespaces=())

    model: str | None = None
    """A folder, a hub name, or with `base_url` the name under which a server has it."""
    base_url: str | None = None
    """An OpenAI-compatible server."""
    style: Literal["strict", "generous"] = "strict"
    """strict: the very fact; generous: the same topic, as the paper's judge."""


class MemoryRunCommand(Command):
    r"""Measure a memory: search by itself, an agent with a memory, and baselines that are asked in the same words.

    The tasks are deep memory retrieval (dmr), conversation opener (opener), document QA (docqa), nested key-value
    retrieval (nested_kv) and LoCoMo (locomo). Without --data the task is made from the seed. The ways are search,
    search_bm25, search_vectors, search_paper (MemGPT's own, by the question's rarest word), search_question (the same,
    by the whole question), memgpt, fixed_context, recursive_summary, full_context and truncated_documents; unless
    --ways names some, all that make sense for the task. --model scripted, the default, is no language model: rules
    drive the tools, and read the baselines' prompts. Keys and values of nested_kv get no vectors: they mean nothing.

    Answers go to RUN/answers/WAY.jsonl as they are given; run the same command again to go on. RUN/memory_table.json
    has every mean with its interval (docs/memory_benchmarks.md). The exit code is 1 where no model answered.

    Examples:
        dulcet memory run nested_kv --out runs/kv --window 2000
        dulcet memory run locomo --data locomo10.json --out runs/locomo --ways search search_bm25 search_paper
        dulcet memory run dmr --data msc_self_instruct.jsonl --out runs/dmr --model Qwen/Qwen3-4B-Instruct-2507 \
            --base-url http://127.0.0.1:8000/v1 --judge.model gpt-5 --judge.base-url https://api.openai.com/v1
    """

    task: Positional[Literal["dmr", "opener", "docqa", "nested_kv", "locomo"]]
    """What is measured."""
    out: Annotated[Path, tyro.conf.arg(metavar="RUN")]
    """The folder of results."""
    data: Annotated[Path | None, tyro.conf.arg(metavar="FILE")] = None
    """The task's file in its published form; without it the task is made."""
    ways: tuple[str, ...] = ()
    """Which ways of answering to measure."""
    limit: int | None = Field(default=None, ge=1)
    """Ask only so many of the questions, drawn by the seed."""
    seed: int = 0
    """Everything random follows from it."""
    documents: int = Field(default=10, ge=1)
    """Documents that truncated_documents shows (K)."""
    temperature: float = Field(default=0.0, ge=0)
    """0 is greedy."""
    max_tokens: int = Field(default=512, ge=1)
    """Most tokens of one completion, at most a quarter of the window."""
    parallel: int = Field(default=8, ge=1)
    """Questions under way at once."""
    trace: bool = False
    """Keep every prompt and completion of memgpt in RUN/segments.jsonl, to train on."""
    judge: JudgeSpec = JudgeSpec()
    model: Annotated[ModelSpec, OmitArgPrefixes] = ModelSpec(model="scripted")
    context: Annotated[ContextSpec, OmitArgPrefixes] = ContextSpec()
    embedding: Annotated[EmbedderSpec, OmitArgPrefixes] = EmbedderSpec()

    def run(self) -> Result:
        """Measure, and print the table."""
        from dulcet.evaluation.memory.measure import TABLE
        from dulcet.evaluation.memory.terminal import print_memory_table

        if self.out.exists() and not self.out.is_dir():
            raise InputError("it is a file, and results need a folder", where=str(self.out), do="Give another --out.")
        table = asyncio.run(self._measure())
        print_memory_table(table)
        print(f"Table: {self.out / TABLE}")
        failed = sum(way.not_put.get("agent_failed", 0) for way in table.ways.values())
        return Result(table.model_dump(mode="json"), exit_code=1 if failed else 0)

    async def _measure(self) -> "MemoryTable":
        """Everything opened, measured, and closed again."""
        from dulcet.benchmarks.memory.open import open_suite
        from dulcet.benchmarks.memory.similarity import Similarity
        from dulcet.benchmarks.memory.suite import sample
        from dulcet.evaluation.memory.library import Library
        from dulcet.evaluation.memory.measure import SEGMENTS, Measurement, open_run_store
        from dulcet.evaluation.memory.setup import Setup
        from dulcet.jsonl import Appender
        from dulcet.memory.embedding import open_embedder
        from dulcet.models.base import Sampling

        suite = open_suite(self.task, self.data, seed=self.seed)
        embedder = None if self.task == "nested_kv" else open_embedder(self.embedding)  # an identifier has no meaning
        async with contextlib.AsyncExitStack() as stack:
            store = open_run_store(self.out, suite, embedder)
            stack.callback(store.close)
            trace = stack.enter_context(Appender(self.out / SEGMENTS)).append if self.trace else None
            model = await self._opened(self.model, stack)
            sampling = Sampling(temperature=self.temperature, max_tokens=self.max_tokens)
            drawn, library = sample(suite, self.limit, self.seed), Library(store)
            setup = Setup(drawn, library, model, self.context, sampling, self.documents, trace)
            judge = await self._judge(stack)
            similar = Similarity(embedder) if embedder is not None else None
            names = setup.names(self.ways)
            return await Measurement(setup, names, self.out, self.seed, self.parallel, judge, similar).run()

    async def _opened(self, spec: ModelSpec, stack: contextlib.AsyncExitStack) -> "Model | None":
        """The model, closed with the stack; None for the scripted one."""
        from dulcet.models.open import open_model

        if spec.model == "scripted" and spec.base_url is None:
            return None
        model = open_model(spec)
        stack.push_async_callback(model.close)
        return model

    async def _judge(self, stack: contextlib.AsyncExitStack) -> "Judge | None":
        from dulcet.benchmarks.memory.judge import Judge

        if self.judge.model is None:
            return None
        if self.task == "opener":
            do = "Leave the judge away; SIM-1, SIM-3 and SIM-H are its measures."
            raise InputError("an opener is neither right nor wrong", where="--judge.model", do=do)
        spec = self.model.model_copy(update={"model": self.judge.model, "base_url": self.judge.base_url})
        model = await self._opened(spec, stack)
        if model is None:
            do = "Name a language model, or leave the judge away: exact match and recall need none."
            raise InputError("rules cannot judge", where="--judge.model scripted", do=do)
        return Judge(model, self.judge.style)
