"""Which browser is used: the first Chromium that is found, one without a window before one with."""

import os
import shutil
import sys
from pathlib import Path

from dulcet.benchmarks.frontend.browser import parts
from dulcet.benchmarks.frontend.browser.errors import BrowserError
from dulcet.errors import InputError

VARIABLE = "DULCET_BROWSER"
"""Environment variable that names the browser's file."""
DEBIAN = "/usr/lib/chromium/chromium-headless-shell"
"""What Debian's command, a script, starts."""
NAMES = ("chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome")
DOWNLOADED = ("chromium_headless_shell-*/*/*headless?shell", "chromium-*/*/chrome")
"""Where Playwright keeps those that it fetches."""


def find() -> Path | None:
    """The browser's file, or None. Raises InputError if DULCET_BROWSER names none."""
    if named := os.environ.get(VARIABLE):
        if not os.access(named, os.X_OK) or not Path(named).is_file():
            raise InputError(
                f"'{named}' is no file that can be run", where=VARIABLE, do="Name a Chromium, or unset it."
            )
        return Path(named)
    if os.access(DEBIAN, os.X_OK):
        return Path(DEBIAN)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else _downloaded()


def check() -> Path:
    """The browser's file. Raises BrowserError where it, a style or a font is missing, with what mends it."""
    executable = find()
    if executable is None:
        raise BrowserError("there is no browser here", do=parts.INSTALL)
    if wrong := parts.wrong():
        named = ", ".join(wrong[:3]) + (f" and {len(wrong) - 3} more" if len(wrong) > 3 else "")
        what = f"styles or fonts are missing or not what they should be: {named}"
        raise BrowserError(what, where=str(parts.folder()), do=parts.INSTALL)
    return executable


def _downloaded() -> Path | None:
    caches = "Library/Caches" if sys.platform == "darwin" else ".cache"
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / caches / "ms-playwright")
    found = (path for pattern in DOWNLOADED for path in sorted(folder.glob(pattern), reverse=True))
    return next((path for path in found if os.access(path, os.X_OK)), None)
