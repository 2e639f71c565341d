"""The pieces of a reply that may be code: what stands in Markdown fences, and what stands between them."""

import ast
import itertools
import re

OPENING = re.compile(r"[ \t]*(```+|~~~+)[ \t]*(?:\{?\.?([\w+#.-]*))")
PYTHON = re.compile(r"(py(thon)?|ipython)?[\d.]*", re.I)
"""The names of the language, and no name."""
STARTS = re.compile(r"(def |class |import |from \w|async def |@|[A-Za-z_]\w* *(:[^=]*)?= )")
MOST_LINES = 5000
MOST_CLOSINGS = 8
"""Closing fences tried for one opening: a docstring may hold fences of its own."""


def parse(text: str) -> ast.Module | None:
    """The syntax tree, or None."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def lines_of(reply: str) -> list[str]:
    """Lines as Python counts them, whatever ends them."""
    return reply.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")[:MOST_LINES]


def fenced(lines: list[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """((tag, body) of each fenced block, the lines outside of fences). One that is never closed goes to the end."""
    blocks, outside, at = [], [], 0
    while at < len(lines):
        opening = OPENING.match(lines[at])
        if opening is None or lines[at].strip().count(opening[1]) > 1:
            outside.append(lines[at])
            at += 1
            continue
        end = _closing(lines, at, opening[1])
        blocks.append((opening[2], dedent(lines[at + 1 : end])))
        at = end + 1
    return blocks, outside


def _closing(lines: list[str], opening: int, mark: str) -> int:
    """The line that closes a fence: the first with whose block is a program, else the first."""
    closing = re.compile(rf"[ \t]*{mark}{mark[0]}*[ \t]*$")
    every = (number for number in range(opening + 1, len(lines)) if closing.match(lines[number]))
    ends = list(itertools.islice(every, MOST_CLOSINGS))
    for end in ends:
        if parse(dedent(lines[opening + 1 : end])) is not None:
            return end
    return ends[0] if ends else len(lines)


def dedent(lines: list[str]) -> str:
    """Fences inside a list item are indented; so is what they hold."""
    margin = min((len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:] for line in lines)


def runs(lines: list[str]) -> list[str]:
    """Code with sentences around it and no fences: from each line that begins a statement, as far as it parses."""
    found, at = [], 0
    while at < len(lines):
        end = _run(lines, at) if STARTS.match(lines[at]) else at
        if end > at:
            found.append("\n".join(lines[at:end]))
        at = max(end, at + 1)
    return found


def _run(lines: list[str], start: int) -> int:
    """The end of the longest piece from `start` that parses, or `start`: cut where Python sees the first fault."""
    end = len(lines)
    while end > start:
        try:
            ast.parse("\n".join(lines[start:end]))
            return end
        except SyntaxError as error:
            end = start + min(end - start, max(1, error.lineno or 1)) - 1
        except (ValueError, RecursionError, MemoryError):
            return start
    return start
