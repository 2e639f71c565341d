"""A language model as judge: it compares candidates two by two, the hidden information before it. Nothing is trained.

    A(o_t, a) = share of its comparisons that a wins, a tie counting half

SWEET-RL's baseline (arXiv 2503.15478, Figure 3a) is an instruction-tuned model that compares pairs with the reference
in view. Judges favour a place: each pair is therefore shown in both orders, and who wins in one of them only has tied.
Against all others is dear; by default each candidate meets a few, as in the first rounds of a tournament.
"""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from pydantic import BaseModel, ConfigDict, PositiveInt

from dulcet.credit.base import ScoreRequest
from dulcet.credit.comparison import Comparison, Side, Verdict, parse
from dulcet.credit.held_model import HeldModel
from dulcet.errors import InputError
from dulcet.jsonl import read_if_exists
from dulcet.models.base import Model, Sampling
from dulcet.models.open import ModelSpec
from dulcet.progress import progress
from dulcet.rollout.appending import append_each
from dulcet.rollout.config import hold_to_config
from dulcet.seeds import derive

log = logging.getLogger(__name__)

_FIRST = 100
"""Verdicts after which a judge is given up of which none could be read."""


class UnreadableJudgeError(InputError):
    """The model does not judge: what it says holds no verdict. Exit code 2."""


class Judge(BaseModel):
    """Settings of the judge."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    model: ModelSpec | None = None
    """Who judges; None is the model that the policy starts from, as in the paper."""
    opponents: PositiveInt | None = 3
    """Others that each candidate is compared with; None is all of them."""
    max_tokens: PositiveInt = 256
    """Most tokens of one verdict, what is thought before it included."""


class JudgeCritic:
    """Shares of comparisons won. `model` judges; a verdict is appended to `out` as it comes, and found there again."""

    def __init__(self, model: ModelSpec, out: Path, spec: Judge | None = None, *, seed: int = 0) -> None:
        self.model, self.out, self.spec, self.seed = model, out, spec or Judge(), seed
        self.unparsable = 0
        """Verdicts so far that said nothing; each counts as a tie."""
        self._held = HeldModel(model)

    @property
    def identity(self) -> dict[str, Any]:
        """Kind, who judges, how often, and the hash of the words with which it is asked."""
        return {"kind": "judge", "opponents": self.spec.opponents, "seed": self.seed, **self._said_by}

    @property
    def _said_by(self) -> dict[str, Any]:
        """All that a verdict follows from, but for what the judge reads."""
        name, longest = self._held.name, self.spec.max_tokens
        return {"model": name, "max_tokens": longest, "prompt_hash": Comparison.PROMPT_HASH}

    def advantages(self, requests: Sequence[ScoreRequest]) -> list[list[float]]:
        """The share of its comparisons that each candidate wins, in [0, 1]; equal texts share theirs.

        A verdict that cannot be read is a tie, is counted in `unparsable`, and the log says how many there were.
        Raises UnreadableJudgeError where none of the first hundred can be read, EndpointError where the judge cannot
        be reached.
        """
        asked = [self._comparisons(request) for request in requests]
        verdicts = asyncio.run(self._judge([one for row in asked for one in row]))
        self._count(verdicts)
        return [_shares(request.candidates, row, verdicts) for request, row in zip(requests, asked, strict=True)]

    def _comparisons(self, request: ScoreRequest) -> list[Comparison]:
        """Each pair that is compared, in both orders."""
        texts = sorted(dict.fromkeys(request.candidates))
        random = Random(derive(self.seed, "judge", request.task_id, *(one["content"] for one in request.history)))
        random.shuffle(texts)
        pairs = rounds(texts, self.spec.opponents)
        return [Comparison(request, *order) for a, b in pairs for order in ((a, b), (b, a))]

    async def _judge(self, comparisons: Sequence[Comparison]) -> dict[str, Side]:
        """The verdicts by the comparison's key; those that failed are not there."""
        distinct = {one.key: one for one in comparisons}
        self.out.parent.mkdir(parents=True, exist_ok=True)
        hold_to_config(self.out, self._said_by)
        known = {row.comparison: row.better for row in read_if_exists(self.out, Verdict)}
        todo = [one for key, one in distinct.items() if key not in known]
        for part in ([], todo[:_FIRST], todo[_FIRST:]):
            known |= await self._ask_all(part)
            self._require_one(known)
        return {key: known[key] for key in distinct if key in known}

    async def _ask_all(self, todo: Sequence[Comparison]) -> dict[str, Side]:
        if not todo:
            return {}
        async with self._held.open() as model:

            async def work(comparison: Comparison) -> Verdict:
                return await self._ask(model, comparison)

            with progress("verdicts", len(todo)) as bar:
                rows = await append_each(todo, work, self.out, at_once=256, progress=bar)
        return {row.comparison: row.better for row in rows}

    def _require_one(self, verdicts: dict[str, Side]) -> None:
        if len(verdicts) >= _FIRST and set(verdicts.values()) == {"unparsable"}:
            what = f"none of {len(verdicts)} verdicts of the judge can be read"
            raise UnreadableJudgeError(what, where=str(self.out), do="Name a model that follows instructions.")

    async def _ask(self, model: Model, comparison: Comparison) -> Verdict:
        sampling = Sampling(temperature=0.0, max_tokens=self.spec.max_tokens)
        (said,) = await model.sample(comparison.messages, sampling, seed=derive(self.seed, comparison.key))
        return Verdict(comparison=comparison.key, better=parse(said.text), said=said.text, tokens=said.tokens)

    def _count(self, verdicts: dict[str, Side]) -> None:
        found = Counter(verdicts.values())
        self.unparsable += found["unparsable"]
        if found["unparsable"]:
            log.warning("the judge: %d of %d verdicts cannot be read", found["unparsable"], len(verdicts))


def rounds(texts: Sequence[str], opponents: int | None) -> list[tuple[str, str]]:
    """Pairs such that each text meets `opponents` others, or one less where their number is odd; None is all others.

    The circle method of tournaments: one stays, the others move on by one place a round.
    """
    circle: list[str | None] = [*texts, *([None] if len(texts) % 2 else [])]
    wanted = len(circle) - 1 if opponents is None else min(opponents, len(circle) - 1)
    pairs = []
    for _ in range(wanted):
        half = len(circle) // 2
        pairs += [
            (a, b)
            for a, b in zip(circle[:half], reversed(circle[half:]), strict=True)
            if a is not None and b is not None
        ]
        circle = [circle[0], circle[-1], *circle[1:-1]]
    return pairs


def _shares(candidates: Sequence[str], asked: Sequence[Comparison], verdicts: dict[str, Side]) -> list[float]:
    """What each candidate won of the comparisons that have a verdict; one half where there is none."""
    won: dict[str, list[float]] = defaultdict(list)
    for one in asked:
        if one.key in verdicts:
            first = {"first": 1.0, "second": 0.0}.get(verdicts[one.key], 0.5)
            won[one.first].append(first)
            won[one.second].append(1.0 - first)
    return [sum(won[text]) / len(won[text]) if won[text] else 0.5 for text in candidates]
