"""`dulcet report RUN... --markdown FILE`: one page about several experiments, its plots as SVG files beside it.

What a person writes between the two marks of a section stays when the page is written again; all else of that section
is made anew. Sections of other runs stay as they are, so that a page outlives the folders that it was made from.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from dulcet.errors import InputError
from dulcet.jsonl import write_atomic
from dulcet.report import curves, plots
from dulcet.report.markdown import section, title
from dulcet.report.markup import Markup
from dulcet.report.results import Results, read_results
from dulcet.report.svg import standalone

_BEGIN, _END = "<!-- reading of {name}: kept when the page is written again -->", "<!-- end of the reading -->"
_KEPT = re.compile(rf"<!-- reading of ([^\n]+?): [^>]*-->\n(.*?)\n?{_END}", re.S)
_SECTION = re.compile(r"^## [^\n]*\n\n<!-- reading of ([^\n]+?): kept", re.M)
_INTRODUCTION = "introduction"


def write_results(runs: Sequence[Path], out: Path) -> Path:
    """Write the sections of these runs' folders on the page, and `OUT/*.svg` in a folder beside it.

    A run that is on the page already keeps its place, a new one comes last.

    Raises InputError where a folder has no table yet, or where two have one name.
    """
    found = {path.resolve().name: read_results(path) for path in runs}
    if len(found) < len(runs):
        raise InputError("two of the folders have one name", do="Rename one: the page's sections are named by them.")
    earlier = out.read_text("utf-8") if out.exists() else ""
    kept, parts = dict(_KEPT.findall(earlier)), sections(earlier)
    for name, results in found.items():
        parts[name] = section(results, _reading(name, kept), _draw(name, results, out))
    write_atomic(out, "\n\n".join(["# Results", _reading(_INTRODUCTION, kept), *parts.values()]) + "\n")
    return out


def sections(page: str) -> dict[str, str]:
    """Run -> its section of a page, heading and all, in the page's order."""
    found = list(_SECTION.finditer(page))
    edges = [*(one.start() for one in found), len(page)]
    return {one[1]: page[start:end].rstrip("\n") for one, (start, end) in zip(found, pairwise(edges), strict=True)}


def _reading(name: str, kept: dict[str, str]) -> str:
    text = kept.get(name, "").strip("\n")
    return "\n".join([_BEGIN.format(name=name), *([text] if text else []), _END])


def _draw(name: str, results: Results, out: Path) -> dict[str, str]:
    """Write the drawings; what each shows -> its file as the page names it."""
    drawn: dict[str, tuple[str, Markup | None]] = {
        "success": ("Success by method, with intervals", plots.intervals(results.table, "success")),
        "best_of_n": ("Best-of-N", curves.best_of_n(results.curves) if results.curves else None),
        "data": ("Success by number of training tasks", curves.by_data(results.table, results.config)),
    }
    files = {}
    for what, (label, svg) in drawn.items():
        if svg is not None:
            path = out.with_suffix("") / f"{name}_{what}.svg"
            write_atomic(path, standalone(svg))
            files[f"{title(results)}: {label[0].lower()}{label[1:]}"] = path.relative_to(out.parent).as_posix()
    return files
