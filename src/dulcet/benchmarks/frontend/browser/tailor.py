"""Styles for pages that bring Tailwind as a script, made from their source as data, so that no page runs a script.

The script runs in a page of its own that holds nothing of the untrusted page but words. Its result goes into the page
as a style sheet at the end of the head, where the script would have put it.
"""

import asyncio
import re
from typing import Any

from dulcet.benchmarks.frontend.browser import parts

_VERSION_3 = re.compile(r"^(?:https?:)?//cdn\.tailwindcss\.com(?:[/?#]|$)", re.IGNORECASE)
_VERSION_4 = re.compile(r"/@tailwindcss/browser(?:@4[^/]*)?(?:[/?#]|$)", re.IGNORECASE)
_EITHER = re.compile(r"cdn\.tailwindcss\.com|@tailwindcss/browser", re.IGNORECASE)
_CONFIG = re.compile(r"^\s*(?:window\.)?tailwind\.config\s*=\s*(\{.*\})\s*;?\s*$", re.DOTALL)
_END_OF_HEAD = re.compile(r"</head\s*>|<body[\s>]", re.IGNORECASE)
MOST_CONFIG = 20_000
"""Characters of a configuration that is read."""
NOT_DATA = "the page's tailwind.config is not plain data and was left out"

READ = """(source) => {
  const page = new DOMParser().parseFromString(source, "text/html");
  const all = (selector) => Array.from(Document.prototype.querySelectorAll.call(page, selector));
  return {
    addresses: all("script[src]").map((one) => one.getAttribute("src").trim()),
    scripts: all("script:not([src])").map((one) => one.textContent),
    css: all('style[type="text/tailwindcss"]').map((one) => one.textContent).join("\\n"),
    words: [...new Set(all("[class]").flatMap((one) => one.getAttribute("class").split(/\\s+/)))].join(" "),
  };
}"""
"""A document that is only read: it runs nothing and asks for nothing."""
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


def may_bring(source: str) -> bool:
    """Whether a page may bring Tailwind as a script; `styles` knows."""
    return _EITHER.search(source) is not None


async def styles(page: Any, source: str, notes: dict[str, None]) -> str:
    """The style sheet, or "" for a page that brings no such script; adds to `notes`.

    It is made in `page`, a page of Playwright's that is empty, may run scripts and has no network.
    """
    found = await page.evaluate(READ, source)
    if any(_VERSION_3.search(address) for address in found["addresses"]):
        config = await asyncio.to_thread(_configuration, found["scripts"], notes)  # slow, for long ones
        return await _version_3(page, source, found["css"], config)
    if any(_VERSION_4.search(address) for address in found["addresses"]):
        return await _version_4(page, found["css"], found["words"])
    return ""


def _configuration(scripts: list[str], notes: dict[str, None]) -> dict[str, Any]:
    """What the last script that sets it says, if it is plain data."""
    import json5

    given = next((match[1] for script in reversed(scripts) if (match := _CONFIG.match(script))), "{}")
    try:
        if len(given) <= MOST_CONFIG and isinstance(config := json5.loads(given), dict):
            return config
    except (ValueError, RecursionError):
        pass
    notes[NOT_DATA] = None
    return {}


async def _version_3(page: Any, source: str, css: str, config: dict[str, Any]) -> str:
    await page.evaluate(parts.read(parts.TAILWIND_3) + ";0")
    return str(await page.evaluate(MAKE_3, {"config": config, "css": BASE_3 + css, "source": source}))


async def _version_4(page: Any, css: str, words: str) -> str:
    await page.evaluate(MAKE_4, {"css": css if "@import" in css else BASE_4 + css, "words": words})
    await page.evaluate(parts.read(parts.TAILWIND_4) + ";0")
    found = await page.wait_for_function(FIND_4, polling=20, timeout=0)
    return str(await found.json_value())


def dressed(source: str, css: str) -> str:
    """The page with the style sheet at the end of its head."""
    style = "<style>" + css.replace("</", r"<\/") + "</style>"
    match = _END_OF_HEAD.search(source)
    return source[: match.start()] + style + source[match.start() :] if match else style + source
