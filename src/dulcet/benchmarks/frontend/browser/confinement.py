"""How a browser process is started: confined by the layers that this machine gives, or not at all.

Playwright starts a file and talks with it over inherited pipes; the file made here is a script that gives up the
network and the files (`dulcet.sandbox.inside.browser`) and then becomes the browser.
"""

import json
import os
import shlex
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from dulcet.benchmarks.frontend.browser import parts
from dulcet.benchmarks.frontend.browser.errors import BrowserError
from dulcet.benchmarks.frontend.browser.executable import check
from dulcet.sandbox.isolation import Isolation, require
from dulcet.sandbox.launch import PACKAGE

START = "import sys; sys.path.insert(0, sys.argv[2]); from inside.browser import main; main()"
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/nix/store", "/etc/ld.so.cache", "/etc/alternatives")
OWN_SANDBOX = "own sandbox"
WITHOUT: tuple[str, ...] = ()
"""Layers that are not used even where they are, so that tests can look at the others by themselves."""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  {families}
  <match target="pattern"><edit name="family" mode="append_last"><string>Arimo</string></edit></match>
  <match target="font"><edit name="antialias" mode="assign"><bool>true</bool></edit></match>
  <match target="font"><edit name="hinting" mode="assign"><bool>false</bool></edit></match>
</fontconfig>
"""
FAMILIES = {
    "sans-serif": "Arimo", "system-ui": "Arimo", "Arial": "Arimo", "Helvetica": "Arimo", "serif": "DejaVu Serif",
    "Times New Roman": "DejaVu Serif", "Georgia": "DejaVu Serif", "monospace": "DejaVu Sans Mono",
    "Courier New": "DejaVu Sans Mono",
}  # fmt: skip
"""What a page gets for the names that pages use."""


class Confined:
    """A browser's file for Playwright, in a folder of its own. `layers`: what holds around it."""

    def __init__(self, isolation: Isolation | None = None) -> None:
        self._executable = check().resolve()
        always = self._settings(Path("/tmp")) | {"probe": True, "readable": [*SYSTEM, str(self._executable.parent)]}
        found = probe(json.dumps(always))
        self.layers: list[str] = found["layers"]
        require(isolation or Isolation.default(), self.layers, found["missing"])
        self._folder = tempfile.TemporaryDirectory(prefix="dulcet-browser-")
        self.folder = Path(self._folder.name)
        (self.folder / "work").mkdir()
        (self.folder / "fonts.conf").write_text(fonts_configuration(), encoding="utf-8")
        self._write()

    def _settings(self, folder: Path) -> dict[str, Any]:
        own = [str(self._executable.parent), str(parts.fonts()), str(folder / "fonts.conf")]
        return {
            "executable": str(self._executable),
            "readable": [*SYSTEM, *own],
            "folder": str(folder / "work"),
            "without": WITHOUT,
            "environment": {
                "PATH": "/usr/bin:/bin", "LANG": "en_US.UTF-8", "TZ": "UTC",
                "FONTCONFIG_FILE": str(folder / "fonts.conf"),
            },
        }  # fmt: skip

    def _write(self) -> None:
        command = _command(json.dumps(self._settings(self.folder) | {"probe": False, "layers": self.layers}))
        script = f'#!/bin/sh\necho $$ > {shlex.quote(str(self.process))}\nexec {shlex.join(command)} "$@"\n'
        self.file.write_text(script, encoding="utf-8")
        self.file.chmod(0o700)

    @property
    def executable(self) -> Path:
        """The browser itself."""
        return self._executable

    @property
    def file(self) -> Path:
        """What Playwright is to start."""
        return self.folder / "browser"

    @property
    def process(self) -> Path:
        """Where the process that was started last wrote its number; whatever it started ends with it."""
        return self.folder / "process"

    def close(self) -> None:
        """Remove the folder."""
        self._folder.cleanup()


def fonts_configuration() -> str:
    """A fontconfig file that knows dulcet's fonts alone."""
    aliases = (
        f'<match target="pattern"><test name="family"><string>{asked}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{given}</string></edit></match>'
        for asked, given in FAMILIES.items()
    )
    return FONTS.format(fonts=parts.fonts(), families="\n  ".join(aliases))


@cache
def probe(settings: str) -> dict[str, Any]:
    """Which layers hold here, and why others do not."""
    ended = subprocess.run(_command(settings), capture_output=True, text=True, check=False, timeout=60)
    if ended.returncode:
        said = (ended.stderr.strip().splitlines() or [f"exit code {ended.returncode}"])[-1]
        raise BrowserError(f"the browser cannot be confined ({said})", where=sys.executable)
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def _command(settings: str) -> list[str]:
    # as the sandbox starts its zygote: no start-up files, nothing from the user's folders
    return [os.path.realpath(sys.executable), "-P", "-s", "-S", "-B", "-c", START, settings, str(PACKAGE)]
