"""Styles for pages that bring Tailwind as a script, made from their source as data, so that no page runs a script.

The script runs in a page of its own that holds nothing of the untrusted page but words. Its result goes into the page
as a style sheet at the end of the head, where the script would have put it.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from dulcet.benchmarks.frontend.browser import parts

_VERSION_3 = re.compile(r"^(?:https?:)?//cdn\.tailwindcss\.com(?:[/?#]|$)", re.IGNORECASE)
_VERSION_4 = re.compile(r"/@tailwindcss/browser(?:@4[^/]*)?(?:[/?#]|$)", re.IGNORECASE)
_CONFIG = re.compile(r"^\s*(?:window\.)?tailwind\.config\s*=\s*(\{.*\})\s*;?\s*$", re.DOTALL)
_END_OF_HEAD = re.compile(r"</head\s*>|<body[\s>]", re.IGNORECASE)
NOT_DATA = "the page's tailwind.config is not plain data and was left out"

MAKE_3 = """async ({config, css, source}) =>
  await createTailwindcss({tailwindConfig: config}).generateStylesFromContent(css, [source])"""
MAKE_4 = """async ({css, words}) => {
  const made = document.createElement("div");
  made.setAttribute("class", words);
  document.body.append(made);
  const style = document.createElement("style");
  style.type = "text/tailwindcss";
  style.textContent = css;
  document.head.append(style);
}"""
FIND_4 = """() => [...document.querySelectorAll("head style")].filter((one) => !one.type && one.textContent)
  .map((one) => one.textContent)[0]"""
BASE_3 = "@tailwind base;@tailwind components;@tailwind utilities;"
BASE_4 = '@import "tailwindcss";'


@dataclass
class Wanted:
    """What a page asks of Tailwind's script. `version`: 3, 4 or 0 for a page that does not bring it."""

    version: int = 0
    config: dict[str, Any] = field(default_factory=dict)
    css: str = ""
    """Of the page's own <style type="text/tailwindcss">."""
    words: str = ""
    """All its classes."""
    notes: list[str] = field(default_factory=list)


def wanted(source: str) -> Wanted:
    """Read off what a page asks for."""
    if "tailwind" not in source.lower():
        return Wanted()
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    """Collects scripts, their configuration and classes."""

    def __init__(self) -> None:
        super().__init__()
        self.found = Wanted()
        self._reading = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes a script's address and classes."""
        given = {name: value or "" for name, value in reversed(attrs)}
        self.found.words += " " + given.get("class", "")
        if tag == "script":
            source = given.get("src", "").strip()
            if _VERSION_3.search(source):
                self.found.version = 3
            elif _VERSION_4.search(source):
                self.found.version = 4
            self._reading = "" if source else "config"
        elif tag == "style" and given.get("type") == "text/tailwindcss":
            self._reading = "css"

    def handle_data(self, data: str) -> None:
        """Collects the text of what is being read."""
        if self._reading:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Keeps what was read."""
        text, kind = "".join(self._text), self._reading
        if tag not in ("script", "style") or not kind:
            return
        self._reading, self._text = "", []
        if kind == "css":
            self.found.css += text
        elif match := _CONFIG.match(text):
            self._configure(match[1])

    def _configure(self, text: str) -> None:
        import json5

        try:
            self.found.config = json5.loads(text)
        except (ValueError, RecursionError):
            self.found.notes.append(NOT_DATA)


async def styles(page: Any, want: Wanted, source: str) -> str:
    """The style sheet, made in `page`, which is empty, may run scripts and has no network."""
    if want.version == 3:
        await page.evaluate(parts.read(parts.TAILWIND_3) + ";0")
        css = BASE_3 + want.css
        return str(await page.evaluate(MAKE_3, {"config": want.config, "css": css, "source": source}))
    css = want.css if "@import" in want.css else BASE_4 + want.css
    await page.evaluate(MAKE_4, {"css": css, "words": want.words})
    await page.evaluate(parts.read(parts.TAILWIND_4) + ";0")
    found = await page.wait_for_function(FIND_4, polling=20)
    return str(await found.json_value())


def dressed(source: str, css: str) -> str:
    """The page with the style sheet at the end of its head."""
    style = "<style>" + css.replace("</", r"<\/") + "</style>"
    match = _END_OF_HEAD.search(source)
    return source[: match.start()] + style + source[match.start() :] if match else style + source
