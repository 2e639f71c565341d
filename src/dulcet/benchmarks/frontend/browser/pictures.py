"""Pictures for pages whose pictures lie on the internet: generated, of the size that was asked for, the same each time.

Services that hand out pictures by size (picsum, unsplash, placeholders) are answered from here. A photograph is a
landscape whose colours follow from its address, so that the same address is the same picture on every page; a
placeholder is a plain field with its size or text on it. They are SVG, which scales as a photograph would.
"""

import hashlib
import re
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs, unquote_plus, urlsplit

LARGEST = 4000
"""Pixels of a side; larger ones are made as large as this."""
_PAIR = re.compile(r"(\d+)x(\d+)", re.IGNORECASE)
_WHOLE = re.compile(r"\d+")
_HEX = re.compile(r"[0-9a-fA-F]{3,8}")


@dataclass(frozen=True)
class _Service:
    """How a host hands out pictures. `size`: of one that is asked for without a size."""

    size: tuple[int, int]
    photograph: bool = True


_SERVICES = {
    "picsum.photos": _Service((300, 300)),
    "fastly.picsum.photos": _Service((300, 300)),
    "source.unsplash.com": _Service((1080, 720)),
    "images.unsplash.com": _Service((1080, 720)),
    "images.pexels.com": _Service((1080, 720)),
    "loremflickr.com": _Service((320, 240)),
    "placekitten.com": _Service((300, 300)),
    "placebear.com": _Service((300, 300)),
    "lorempixel.com": _Service((400, 200)),
    "placeimg.com": _Service((640, 480)),
    "placebeard.it": _Service((300, 300)),
    "i.pravatar.cc": _Service((150, 150)),
    "robohash.org": _Service((300, 300)),
    "randomuser.me": _Service((128, 128)),
    "ui-avatars.com": _Service((64, 64), photograph=False),
    "placehold.co": _Service((300, 300), photograph=False),
    "placehold.it": _Service((300, 300), photograph=False),
    "via.placeholder.com": _Service((300, 300), photograph=False),
    "placeholder.com": _Service((300, 300), photograph=False),
    "dummyimage.com": _Service((300, 300), photograph=False),
    "fakeimg.pl": _Service((300, 300), photograph=False),
}


def picture(url: str) -> str | None:
    """The picture at an address as SVG, or None where no service of pictures lives."""
    parts = urlsplit(url)
    service = _SERVICES.get((parts.hostname or "").removeprefix("www."))
    if service is None:
        return None
    query = parse_qs(parts.query)
    width, height = _size(parts.path, query, service.size)
    if service.photograph:
        return _photograph(width, height, f"{parts.hostname}{_subject(parts.path)}")
    return _placeholder(width, height, parts.path, query)


def _size(path: str, query: dict[str, list[str]], usual: tuple[int, int]) -> tuple[int, int]:
    """Width and height from `600x400`, `/600/400`, `/600` or `?w=600&h=400`."""
    if pair := _PAIR.search(path):
        width, height = int(pair[1]), int(pair[2])
    elif numbers := _numbers(path):
        width, height = numbers[0], numbers[-1]
    else:
        width = _first(query, ("w", "width", "size"))
        height = _first(query, ("h", "height", "size"))
        ratio = usual[1] / usual[0]
        width = width or (round(height / ratio) if height else usual[0])
        height = height or round(width * ratio)
    return min(max(width, 1), LARGEST), min(max(height, 1), LARGEST)


def _numbers(path: str) -> list[int]:
    """The numbers at the end of a path; the number of a picture and what stands after a number are no size."""
    parts = re.sub(r"/(id|seed|portraits/\w+)/[^/]*", "", path).split("/")
    starts = (re.match(r"(\d{1,5})(?!\d)(?:[-.].*)?$", part) for part in parts)
    return [int(start[1]) for start in starts if start][:2]


def _first(query: dict[str, list[str]], names: tuple[str, ...]) -> int:
    found = (_WHOLE.match(value) for name in names for value in query.get(name, []))
    return next((int(match[0][:5]) for match in found if match), 0)


def _subject(path: str) -> str:
    """What the picture shows: its number, or all of its address but the size."""
    number = re.search(r"/(?:id|seed)/[^/]*", path)
    return number[0] if number else re.sub(r"/\d+(?=/|$)|\d+x\d+", "", path)


def _photograph(width: int, height: int, subject: str) -> str:
    draw = hashlib.sha256(subject.encode("utf-8", "replace")).digest()
    hue, other = draw[0] * 360 // 256, draw[1] * 360 // 256
    sky = f"hsl({hue},{40 + draw[2] % 30}%,{60 + draw[3] % 20}%)"
    far = f"hsl({(hue + other) // 2},{25 + draw[6] % 25}%,{45 + draw[7] % 15}%)"
    ground = f"hsl({other},{25 + draw[4] % 35}%,{30 + draw[5] % 15}%)"
    sun_x, sun_y = _number(8 * min(1, height / width)), _number(8 * min(1, width / height))
    peaks = [25 + value % 35 for value in draw[10:14]]
    hills = f"M0 {peaks[0] + 15}L20 {peaks[0]}L45 {peaks[1] + 10}L70 {peaks[2]}L100 {peaks[3] + 10}V100H0Z"
    field = f"M0 {70 + draw[14] % 10}Q50 {55 + draw[15] % 20} 100 {72 + draw[16] % 10}V100H0Z"
    return (
        f'{_open(width, height)}<rect width="100" height="100" fill="{sky}"/>'
        f'<ellipse cx="{15 + draw[8] % 70}" cy="{15 + draw[9] % 25}" rx="{sun_x}" ry="{sun_y}" fill="#fff" '
        f'fill-opacity=".85"/><path d="{hills}" fill="{far}"/><path d="{field}" fill="{ground}"/></svg>'
    )


def _placeholder(width: int, height: int, path: str, query: dict[str, list[str]]) -> str:
    colours = [part for part in _PAIR.sub("", path).split("/") if _HEX.fullmatch(part)]
    ground, ink = (*colours, *("cccccc", "969696")[len(colours) :])[:2]
    given = (query.get("text") or query.get("name") or [f"{width} × {height}"])[0]
    text = escape(unquote_plus(given).replace("\\n", " ")[:60])
    size = max(8, min(width / max(4, 0.62 * len(text)), height / 3, 96))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<rect width="100%" height="100%" fill="#{ground}"/><text x="50%" y="50%" fill="#{ink}" font-weight="700" '
        f'font-family="sans-serif" font-size="{_number(size)}" text-anchor="middle" dominant-baseline="central">'
        f"{text}</text></svg>"
    )


def _open(width: int, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 100 100" '
        'preserveAspectRatio="none">'
    )


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
