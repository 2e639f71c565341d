"""What online methods play and how they read it: which tasks are an iteration's, its numbers, its token ids."""

from collections.abc import Sequence
from random import Random
from statistics import fmean

from dulcet.recipes.base import Ingredients
from dulcet.seeds import derive
from dulcet.training.encoding import Sequence as Tokens
from dulcet.training.encoding import Span
from dulcet.trajectory import Outcome, Trajectory


def drawn_tasks(ids: Sequence[str], number: int, count: int, seed: int) -> list[str]:
    """The tasks of iteration `number`, out of an endless row: random orders of all the tasks, one after another."""
    count = min(count, len(ids))
    chosen: dict[str, None] = {}
    place = number * count
    while len(chosen) < count:  # where two orders meet a task may come twice, and the next one takes its place
        lap, index = divmod(place, len(ids))
        chosen[_order(ids, lap, seed)[index]] = None
        place += 1
    return list(chosen)


def _order(ids: Sequence[str], lap: int, seed: int) -> list[str]:
    order = list(ids)
    Random(derive(seed, "tasks", lap)).shuffle(order)
    return order


def means(episodes: Sequence[Trajectory]) -> dict[str, float]:
    """What is seen of episodes: their number, mean reward, success and turns, and the tokens of a reply."""
    if not episodes:
        return {"episodes": 0.0}
    turns = [turn for episode in episodes for turn in episode.turns]
    return {
        "episodes": float(len(episodes)),
        "reward": fmean(episode.reward or 0.0 for episode in episodes),
        "success": fmean(episode.success for episode in episodes),
        "turns": len(turns) / len(episodes),
        "reply_tokens": fmean(turn.tokens for turn in turns),
    }


def encoded(given: Ingredients, episode: Trajectory) -> list[Tokens]:
    """An episode as token ids; empty where it is too long.

    A message that was cut off has no end of its own: what is learnt of it ends with what the policy wrote, so that
    nobody learns not to end there.
    """
    sequences = given.encoder.encode_trajectory(given.system, episode)
    if not sequences or episode.outcome is not Outcome.TRUNCATED:
        return sequences
    *others, last = sequences
    *spans, cut = last.spans
    return [*others, Tokens(last.ids[:-1], (*spans, Span(cut.turn, cut.start, cut.end - 1)))]
