"""`dulcet collect`: let an agent and a person work on tasks; keep every episode."""

from pathlib import Path
from typing import Annotated

import tyro

from dulcet.cli.command import Result
from dulcet.cli.episodes import EpisodesCommand, why_failed


class CollectCommand(EpisodesCommand):
    r"""Let an agent and a person work on tasks, many at once; grade each episode and append it to a file as it ends.

    Run the same command again to go on where it was stopped or killed: finished episodes are kept, failed ones are
    tried again. What made the file lies beside it, in FILE.config.json. The exit code is 1 where episodes failed.

    Examples:
        dulcet collect tasks.jsonl --out episodes.jsonl --episodes 3
        dulcet collect tasks.jsonl --out episodes.jsonl --limit 50 \
            --model Qwen/Qwen3-4B-Instruct-2507 --base-url http://127.0.0.1:8000/v1
    """

    out: Annotated[Path, tyro.conf.arg(metavar="FILE.jsonl")]
    """Where the episodes go, one JSON object a line."""

    def run(self) -> Result:
        """Collect, and say what came out."""
        from dulcet.evaluation.metrics import measure

        played = self.play(self.out, "collect")
        metrics, score = measure(played), self.benchmark().score_name
        print(f"{metrics.episodes} episodes in {self.out}")
        if metrics.failed:
            print(f"{metrics.failed} more failed; run the same command again to try them again")
            print(why_failed(played))
        if metrics.tests_passed is not None and metrics.success is not None:
            print(f"{score} {metrics.tests_passed:.1%}, success {metrics.success:.1%}, turns {metrics.turns:.1f}")
        found = {"out": str(self.out), **metrics.model_dump(), **self.trials(self.out)}
        return Result(found, exit_code=1 if metrics.failed else 0)
