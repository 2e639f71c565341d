"""`dulcet report`: a run's results as one page."""

import webbrowser
from pathlib import Path
from typing import Annotated

import tyro
from tyro.conf import Positional

from dulcet.cli.command import Command, Result


class ReportCommand(Command):
    """Write a run's results as one self-contained page of HTML: table, plots, transcripts.

    The page loads nothing from anywhere, so that it can be mailed as it is.

    Examples:
        dulcet report runs/demo
        dulcet report runs/demo --out results.html --open
        dulcet report runs/pages --markdown docs/results.md
    """

    run_folder: Annotated[Positional[Path], tyro.conf.arg(metavar="RUN")]
    """The folder that 'dulcet reproduce' or 'dulcet evaluate' wrote."""
    out: Path | None = None
    """Where the page goes (default: RUN/report.html)."""
    markdown: Annotated[Path | None, tyro.conf.arg(metavar="FILE.md")] = None
    """Write the table as Markdown there, too, with all that decided its numbers."""
    open: bool = False
    """Open the page in the browser."""

    def run(self) -> Result:
        """Write the page and say where it is."""
        from dulcet.report.markdown import write_markdown
        from dulcet.report.page import write_report

        path = write_report(self.run_folder, self.out).resolve()
        print(f"Report: {path}")
        if self.markdown is not None:
            print(f"Table:  {write_markdown(self.run_folder, self.markdown)}")
        if self.open and not webbrowser.open(path.as_uri()):
            print("No browser could be opened; open that file yourself.")
        return Result({"report": str(path)})
