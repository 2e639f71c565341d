"""From the episodes of each method to the table."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dulcet.errors import InputError
from dulcet.evaluation.metrics import counted, measure
from dulcet.evaluation.paired import analyse
from dulcet.evaluation.table import MethodResult, Statistics, Table
from dulcet.evaluation.win_rate import Rival, win_rate
from dulcet.seeds import derive
from dulcet.trajectory import Trajectory


def build_table(
    trajectories: Mapping[str, Sequence[Trajectory]],
    *,
    seed: int,
    config: Any = None,
    agent: Mapping[str, Any] | None = None,
    seeds: Mapping[str, int] | None = None,
    statistics: Statistics | None = None,
    benchmark: str = "backend",
    rival: tuple[str, Rival] | None = None,
    stopped: Mapping[str, str] | None = None,
) -> Table:
    """Measure and compare methods by their episodes, the baseline first.

    `seed` is the run's seed, from which the resampling's is derived; `seeds` are further ones worth naming.
    `rival` is the name and the rewards of those whom win rates are against (`win_rate.py`);
    `stopped` says of methods that are not there why their training was stopped.
    Raises InputError when the methods did not talk with the same person, or an answer has no grade.
    """
    statistics = statistics or Statistics()
    resampling = derive(seed, "evaluation", "bootstrap")
    episodes = {name: counted(each) for name, each in trajectories.items()}
    name_of_rival, theirs = rival or (None, {})
    bounds, comparisons = analyse(episodes, seed=resampling, statistics=statistics, rival=theirs)
    methods = {
        name: MethodResult(
            **measure(trajectories[name]).model_dump(),
            **{f"{key}_interval": interval for key, interval in bounds[name].items()},
            win_rate=win_rate(episodes[name], theirs),
            seeds=tuple(sorted({one.seed for one in trajectories[name]})),
            agent=_only(f"the agent of '{name}'", [one.agent for one in episodes[name]]),
        )
        for name in trajectories
    }
    return Table(
        benchmark=benchmark,
        rival=name_of_rival,
        methods=methods,
        comparisons=comparisons,
        simulator=_only("the person", [one.human for each in episodes.values() for one in each]),
        agent=dict(agent or {}),
        seeds={"run": seed, **(seeds or {}), "bootstrap": resampling},
        statistics=statistics,
        config=config,
        stopped=dict(stopped or {}),
    )


def _only(who: str, identities: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The one identity that all episodes share. Raises InputError when there are two."""
    distinct = {json.dumps(one, sort_keys=True): one for one in identities}
    if len(distinct) > 1:
        first, second = sorted(distinct)[:2]
        raise InputError(
            f"{who} was not the same in all episodes: {first} and {second}",
            do="Results of different people or agents do not belong in one table: evaluate again into a fresh folder.",
        )
    return next(iter(distinct.values()), {})
