"""What is looked at rather than read: the target, before and after, side by side.

Each picture is kept in the run's folder (`pictures/`, by the hash of its source), so that the page can be written again
where there is no browser.
"""

import hashlib
import logging
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dulcet.errors import DulcetError
from dulcet.report.choosing import choose, first_episodes, focus
from dulcet.report.markup import Markup, tag
from dulcet.report.run_folder import RunFolder
from dulcet.report.wording import method
from dulcet.task import Task
from dulcet.trajectory import Trajectory

log = logging.getLogger(__name__)


def with_pictures(run: RunFolder) -> RunFolder:
    """The run with the pictures that its page shows; without them, and with the reason, where nothing draws them."""
    sources = _sources(run)
    kept = {source: path for source in sources if (path := _path(run, source)).is_file()}
    try:
        made = run.benchmark.pictures([source for source in sources if source not in kept])
    except DulcetError as error:
        log.warning("the report has no pictures: %s", error)
        return replace(run, blind=str(error))
    for source, png in made.items():
        path = _path(run, source)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(png)
    return replace(run, pictures={source: path.read_bytes() for source, path in kept.items()} | made)


def side_by_side(task: Task | None, plays: Mapping[str, Trajectory], run: RunFolder) -> Markup | None:
    """The reference's picture and that of each answer; None for what has no pictures."""
    if run.blind:
        return tag("p", f"The pages could not be drawn: {run.blind}", class_="missing")
    if not run.pictures:
        return None
    named = {"what the person had in mind": task.hidden if task else None}
    named |= {method(name): play.answer for name, play in plays.items()}
    nothing = "no page" if task else "not in this folder"
    figures = [
        _figure(name, run.pictures.get(source) if source else None, "no page" if place else nothing)
        for place, (name, source) in enumerate(named.items())
    ]
    return tag("div", figures, class_="pages")


def _figure(name: str, png: bytes | None, nothing: str) -> Markup:
    shown = (
        tag("img", src=f"data:image/png;base64,{b64encode(png).decode()}", alt=f"the page: {name}")
        if png
        else tag("p", nothing, class_="nothing")
    )
    return tag("figure", shown, tag("figcaption", name))


def _sources(run: RunFolder) -> list[str]:
    """References and answers of the tasks whose transcripts are shown, of the baseline and the page's subject."""
    baseline = next(iter(run.table.methods if run.table else run.episodes), "zero_shot")
    subject = focus(run.episodes, baseline)
    if subject is None or baseline not in run.episodes:
        return []
    both = [first_episodes(run.episodes[name]) for name in (baseline, subject)]
    found: list[str] = []
    for one in choose(both[0], both[1], run.tasks):
        if one.task_id in run.tasks:
            found.append(run.tasks[one.task_id].hidden)
        found += [answer for plays in both if (answer := plays[one.task_id].answer)]
    return list(dict.fromkeys(found))


def _path(run: RunFolder, source: str) -> Path:
    return run.path / "pictures" / f"{hashlib.sha256(source.encode()).hexdigest()[:24]}.png"
