"""Candidates for single turns: what else the policy might have said after the same history."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

from dulcet.agents.prompts import prompt_hash
from dulcet.credit.preferences import Candidates
from dulcet.jsonl import Appender, read_if_exists
from dulcet.models.base import Model, Sampling
from dulcet.models.loading import weights_hash
from dulcet.models.open import ModelSpec, open_model
from dulcet.progress import progress
from dulcet.recipes.base import Ingredients
from dulcet.rollout.config import hold_to_config
from dulcet.seeds import derive
from dulcet.trajectory import Message, Trajectory

_UNDER_WAY = 64
"""Turns asked for at the same time."""


def turns_to_draw(
    episodes: Sequence[Trajectory], count: int | None, seed: int, *, even: bool
) -> list[tuple[Trajectory, int]]:
    """`count` turns of the episodes (None: all), at random or `even`: as many first ones as second ones and so on."""
    own = [(one, turn) for one in episodes if one.outcome.agents_own for turn in range(len(one.turns))]
    Random(seed).shuffle(own)
    if not even:
        return own[:count]
    seen: Counter[int] = Counter()
    ranks = []
    for _, turn in own:
        ranks.append(seen[turn])
        seen[turn] += 1
    return [own[number] for number in sorted(range(len(own)), key=ranks.__getitem__)][:count]


async def draw_candidates(
    given: Ingredients, states: Sequence[tuple[Trajectory, int]], count: int, seed: int, out: Path
) -> list[Candidates]:
    """`count` messages for each (episode, turn), from the base model; each turn is on disk the moment it is drawn.

    Those that were cut off at the token limit are left out: they would be learnt with an end that they did not have.
    Raises InputError where `out` holds candidates that were drawn otherwise.
    """
    made_of = {
        "model": weights_hash(given.base) if Path(given.base).is_dir() else given.base,
        "system": prompt_hash(given.system),
        "count": count,
        "temperature": given.temperature,
        "max_new_tokens": given.max_new_tokens,
        "seed": seed,
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    hold_to_config(out, made_of)
    found = {row.key: row for row in read_if_exists(out, Candidates)}
    todo = [(episode, turn) for episode, turn in states if (*episode.key, turn) not in found]
    sampling = Sampling(temperature=given.temperature, max_tokens=given.max_new_tokens)
    if todo:
        model = open_model(ModelSpec(model=given.base, device=given.device))
        try:
            with Appender(out) as file, progress("candidates", len(states)) as bar:
                bar.skip(len(states) - len(todo))
                queue = iter(todo)

                async def work() -> None:
                    for episode, turn in queue:
                        row = await _draw(model, given.system, episode, turn, sampling, count, seed)
                        file.append(row)
                        found[row.key] = row
                        bar.advance(1)

                async with asyncio.TaskGroup() as group:
                    for _ in range(min(_UNDER_WAY, len(todo))):
                        group.create_task(work())
        finally:
            await model.close()
    return [found[*episode.key, turn] for episode, turn in states]


async def _draw(
    model: Model, system: str, episode: Trajectory, turn: int, sampling: Sampling, count: int, seed: int
) -> Candidates:
    opening: list[Message] = [{"role": "system", "content": system}] if system else []
    messages = [*opening, *episode.history(turn)]
    drawn = await model.sample(messages, sampling, seed=derive(seed, "candidates", *episode.key, turn), n=count)
    whole = tuple(one.text for one in drawn if one.finish == "stop" and one.text)
    return Candidates(task_id=episode.task_id, episode=episode.episode, turn=turn, candidates=whole)
