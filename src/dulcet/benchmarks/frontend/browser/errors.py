"""What can go wrong with one page, as a kind that can be counted, and with the browser itself."""

from enum import StrEnum

from dulcet.errors import DulcetError


class Failure(StrEnum):
    """Why a page was not rendered. All but `lost` are the page's own doing and happen again."""

    TIMEOUT = "timeout"
    """It was not laid out and drawn within the time limit."""
    TOO_LARGE = "too_large"
    """Its source is longer than the limit, or it has more elements than the limit."""
    CRASHED = "crashed"
    """The process that drew it died."""
    LOST = "lost"
    """The browser itself went away (killed, out of memory) twice; nothing is known about the page."""


class RenderError(DulcetError):
    """A page that was not rendered. `kind` says why."""

    def __init__(self, kind: Failure, detail: str = "") -> None:
        self.kind, self.detail = kind, detail
        super().__init__(f"{kind}: {detail}" if detail else str(kind))


class BrowserError(DulcetError):
    """There is no browser here, or it does not start, or it is held less tightly than was demanded. Exit code 6."""

    exit_code = 6
