"""What was measured of critics (`critic/ROW.json`), as flat names and numbers, and beside the success they led to."""

from collections.abc import Mapping
from typing import Any

from dulcet.evaluation.seeds_table import SeedsTable
from dulcet.evaluation.table import Table
from dulcet.report.wording import method, percent

_QUALITY = ("pair_accuracy", "candidate_accuracy", "spearman", "kendall", "answer_auc", "truth_spearman")
NUMBERS = {
    "held_out_accuracy": "pairs, held out",
    "training_accuracy": "pairs, in training",
    "pair_accuracy": "pairs of episodes",
    "candidate_accuracy": "pairs of candidates",
    "spearman": "rank correlation",
    "answer_auc": "right over wrong answers",
    "calibration_error": "calibration error",
    "truth_spearman": "the truth with itself",
}
"""Name of a number -> its heading, in the order of the table."""
NOTE = (
    "Pairs: share in the right order, of episodes of the training tasks that were held out, then of fresh episodes and "
    "of candidates for single turns on held-out tasks; these against Monte-Carlo estimates of what they are worth, "
    "with which the ranks are correlated too (Spearman). Calibration error: expected, after one number has scaled the "
    "differences. The truth with itself: the correlation of one half of the continuations with the other, which noise "
    "leaves to be reached."
)


def flat(measured: Mapping[str, Any]) -> dict[str, Any]:
    """What is in a file, with the measures of `quality` at the top: `spearman`, `spearman_interval` and so on."""
    found = {key: value for key, value in measured.items() if key != "quality"}
    quality = measured.get("quality") or {}
    for name in _QUALITY:
        if quality.get(name):
            found[name] = quality[name]["value"]
            found[f"{name}_interval"] = quality[name]["interval"]
    if quality.get("calibration"):
        found["calibration_error"] = quality["calibration"]["scaled"]["ece"]
    return found


def headings(critics: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Those of the numbers that any critic has, and of the success."""
    return ["critic of", *(NUMBERS[name] for name in _known(critics)), "success %"] if _known(critics) else []


def rows(critics: Mapping[str, Mapping[str, Any]], table: Table | SeedsTable | None) -> list[list[str]]:
    """A row for each critic."""
    names, methods = _known(critics), table.methods if table else {}
    return [
        [
            method(row),
            *(_number(measured.get(name), measured.get(f"{name}_interval")) for name in names),
            percent(methods[row].success if row in methods else None),
        ]
        for row, measured in critics.items()
    ]


def _known(critics: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return [name for name in NUMBERS if any(isinstance(one.get(name), float) for one in critics.values())]


def _number(value: object, interval: Any) -> str:
    if not isinstance(value, int | float):
        return "–"
    bounds = f" [{interval[0]:.2f}, {interval[1]:.2f}]" if interval else ""
    return f"{value:.3f}{bounds}".replace("-", "−")
