"""What is installed beside the browser: the styles that pages link, and the fonts they are written in.

They come from npm as they were published, with exact versions, and are checked against hashes here: other bytes would
be other pictures. They lie below `sys.prefix`, so each virtual environment has its own.
"""

import hashlib
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dulcet.benchmarks.frontend.browser.errors import BrowserError

INSTALL = "Run: dulcet browser install"


@dataclass(frozen=True)
class Part:
    """One file of an npm package."""

    name: str
    """What it is called here."""
    package: str
    path: str
    """Inside the package."""
    sha256: str


TAILWIND_2, TAILWIND_3, TAILWIND_4 = "tailwind2.css", "tailwind3.js", "tailwind4.js"
_DEJAVU, _ARIMO = "dejavu-fonts-ttf@2.37.3", "@expo-google-fonts/arimo@0.4.3"

PARTS = (
    Part(
        TAILWIND_2,
        "tailwindcss@2.2.19",
        "dist/tailwind.min.css",
        "b6ad97402eddb903e7a5d7a73ee47a679204efbdda4521a391cbad9df509b932",
    ),
    Part(
        TAILWIND_3,
        "@mhsdesign/jit-browser-tailwindcss@0.4.2",
        "dist/cdn.min.js",
        "a2242aa5be1df2f0e9f560db0b74cd983bef2021a366eff5941f1b8db96d910f",
    ),
    Part(
        TAILWIND_4,
        "@tailwindcss/browser@4.3.4",
        "dist/index.global.js",
        "e54f393a8f716e47e9e21b916e934d42793dfb6ed65988583dcc3456dcb012aa",
    ),
    Part(
        "fonts/Arimo_400Regular.ttf",
        _ARIMO,
        "400Regular/Arimo_400Regular.ttf",
        "88cc899855d30f9c779b73c3319d0e077b098f927187aafce11ca029add707a6",
    ),
    Part(
        "fonts/Arimo_700Bold.ttf",
        _ARIMO,
        "700Bold/Arimo_700Bold.ttf",
        "ec96ac9fdd94766f66f6140c1375bf011577558f88d43f76b3b59307d2a6bca3",
    ),
    Part(
        "fonts/Arimo_400Regular_Italic.ttf",
        _ARIMO,
        "400Regular_Italic/Arimo_400Regular_Italic.ttf",
        "6bd2c6a6fa87f4566cf0a92c5834884597acbd7be9719e550837865ac4167a42",
    ),
    Part(
        "fonts/Arimo_700Bold_Italic.ttf",
        _ARIMO,
        "700Bold_Italic/Arimo_700Bold_Italic.ttf",
        "b42b19c10bf5d526f00068303a643282c3df55a79c6fa2eea80b4a078a4a705a",
    ),
    Part(
        "fonts/DejaVuSans.ttf",
        _DEJAVU,
        "ttf/DejaVuSans.ttf",
        "7da195a74c55bef988d0d48f9508bd5d849425c1770dba5d7bfc6ce9ed848954",
    ),
    Part(
        "fonts/DejaVuSans-Bold.ttf",
        _DEJAVU,
        "ttf/DejaVuSans-Bold.ttf",
        "e6476c1b80502924294eed40894c5b18e06c181444ca953e5334262df9c27724",
    ),
    Part(
        "fonts/DejaVuSerif.ttf",
        _DEJAVU,
        "ttf/DejaVuSerif.ttf",
        "42d1edeb7952f31b1f96d767ed7030b08a39e0c372b0071641518864e2bffb51",
    ),
    Part(
        "fonts/DejaVuSerif-Bold.ttf",
        _DEJAVU,
        "ttf/DejaVuSerif-Bold.ttf",
        "c47b5527bcdc8dcf9ea8c77054454c5a884beaca2f44851a2a823ee639cbf07f",
    ),
    Part(
        "fonts/DejaVuSerif-Italic.ttf",
        _DEJAVU,
        "ttf/DejaVuSerif-Italic.ttf",
        "2e39b1d50f90b933b00c7bb54a96afd3f86419b3d717c7cf202e36f2d4973e47",
    ),
    Part(
        "fonts/DejaVuSansMono.ttf",
        _DEJAVU,
        "ttf/DejaVuSansMono.ttf",
        "b4a6c3e4faab8773f4ff761d56451646409f29abedd68f05d38c2df667d3c582",
    ),
    Part(
        "fonts/DejaVuSansMono-Bold.ttf",
        _DEJAVU,
        "ttf/DejaVuSansMono-Bold.ttf",
        "bce60f1b4421acd9ea51ba6623d7024ecbe6817a953e3654df62a5e6bdf8f769",
    ),
)


def folder() -> Path:
    """Where the parts of this environment lie."""
    return Path(sys.prefix) / "share" / "dulcet" / "browser"


def fonts() -> Path:
    """Where the fonts lie."""
    return folder() / "fonts"


def wrong() -> list[str]:
    """The names of the parts that are missing or not what they should be."""
    return [part.name for part in PARTS if not _right(folder() / part.name, part.sha256)]


@cache
def read(name: str) -> str:
    """The text of a part. Raises BrowserError where it is missing or not what it should be."""
    (part,) = (part for part in PARTS if part.name == name)
    path = folder() / name
    if not _right(path, part.sha256):
        what = "is not what it should be" if path.exists() else "is missing"
        raise BrowserError(f"{part.package}, which pages are styled with, {what}", where=str(path), do=INSTALL)
    return path.read_text(encoding="utf-8")


def _right(path: Path, sha256: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256
