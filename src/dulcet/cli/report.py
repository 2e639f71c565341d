"""`dulcet report`: a run's results as one page."""

import webbrowser
from pathlib import Path
from typing import Annotated

import tyro
from tyro.conf import Positional

from dulcet.cli.command import Command, Result
from dulcet.errors import InputError


class ReportCommand(Command):
    """Write a run's results as one self-contained page of HTML: table, plots, transcripts.

    The page loads nothing from anywhere, so that it can be mailed as it is. Of a folder of several seeds it is the page
    over all of them. --markdown puts any number of runs onto one page, a section each, its plots in a folder beside it;
    what was written between the marks of a section there stays, and so do the sections of runs that are not named.

    Examples:
        dulcet report runs/demo
        dulcet report runs/demo --out results.html --open
        dulcet report runs/full runs/ablations runs/best_of_n --markdown docs/results.md
    """

    run_folders: Annotated[Positional[tuple[Path, ...]], tyro.conf.arg(metavar="RUN")]
    """The folders that 'dulcet reproduce' or 'dulcet evaluate' wrote."""
    out: Path | None = None
    """Where the page goes (default: RUN/report.html)."""
    markdown: Annotated[Path | None, tyro.conf.arg(metavar="FILE.md")] = None
    """Write one page of Markdown there, too, with all that decided its numbers."""
    open: bool = False
    """Open the page in the browser."""

    def run(self) -> Result:
        """Write the pages and say where they are."""
        from dulcet.report.results_page import write_results

        if not self.run_folders:
            raise InputError("no run is named", do="Give the folder of one, e.g. dulcet report runs/demo.")
        if self.out is not None and len(self.run_folders) > 1:
            raise InputError("--out is one page, and there are several runs", do="Leave --out away.")
        pages = [self._page(folder) for folder in self.run_folders]
        if self.markdown is not None:
            print(f"Table:  {write_results(self.run_folders, self.markdown)}")
        opened = [webbrowser.open(page.as_uri()) for page in pages] if self.open else []
        if not all(opened):
            print("No browser could be opened; open that file yourself.")
        return Result({"report": str(pages[0]), "reports": [str(page) for page in pages]})

    def _page(self, folder: Path) -> Path:
        from dulcet.report.page import write_report
        from dulcet.report.results import is_of_seeds
        from dulcet.report.seeds_page import write_seeds_report

        path = (write_seeds_report if is_of_seeds(folder) else write_report)(folder, self.out).resolve()
        print(f"Report: {path}")
        return path
