"""The leak check: a simulated person holds the reference and may paste it; no reply reaches the agent unchecked.

Two things leak. *Code*: a fence, a `def`, `class`, `import`, `return`, `if ...:` line, a lambda, an assignment on a
line of its own. *A long verbatim run of the reference*, compared on code tokens: words, numbers and operators in lower
case, without brackets, commas, quotes, white space, line numbers, comments and the signature (which the agent has).

How long is long? A fact in the shape of the code (`income >= 54`, `base + 3 * extra`) has 3 to 8 tokens and must pass:
without such facts there is nothing to tell. Two pasted lines have 12 and more. So a run of `LONG_RUN` = 12 tokens
leaks; and where the whole body is short, three quarters of it, but never fewer than `SHORT_RUN` = 5 tokens: the body of
a one-liner such as `(miles / minutes) * 60` leaks. A body that is shorter still (`return death_year - birth_year`)
leaks whole; without its `return` it passes, as there is no other way to tell it. A label counts as one token however
many words it has (one more for every eight words): labels are facts.
"""

import ast
import math
import re
from dataclasses import dataclass
from functools import lru_cache

from dulcet.humans.parsing import parse

LONG_RUN = 12
SHORT_RUN = 5
LEAST_RUN = 3
SHARE_OF_BODY = 0.75
WORDS_PER_TOKEN_OF_LABEL = 8

_TOKEN = re.compile(r"\d+\.\d+|\w+|[<>=!*/]{1,2}|[-+%|&^~]")
_STRING = re.compile(
    r"""\b[rbfuRBFU]{0,2}('''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")""", re.DOTALL
)
_STRING_OR_TOKEN = re.compile(_STRING.pattern.replace(r"\b", "", 1) + "|" + _TOKEN.pattern, re.DOTALL)
_LINE_START = r"^[ \t]*(?:>>>|[-*>•]|\d{1,3}[.:)|]?)?[ \t]*`?"
_CODE = re.compile(
    r"(?P<fence>```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z))"
    r"|\b(?:async[ ]+)?def[ ]+\w+[ ]*\([^\n]*"
    r"|\blambda\b[^\n:]*:[^\n]*"
    r"|:[ \t]*return\b[^\n]*"
    rf"|{_LINE_START}(?:if|elif|while|for|with|except|match)\b[^\n]*:[ \t]*`?$"
    rf"|{_LINE_START}(?:if|elif|while)\b[^\n:]*:[ \t]*(?:return|raise|pass|continue|break|\w+[ ]*[-+*/]?=)[^\n]*"
    rf"|{_LINE_START}(?:else|try|finally)[ ]*:[^\n]*"
    rf"|{_LINE_START}class[ ]+\w+[ ]*(?:\([^\n]*\))?:[^\n]*"
    rf"|{_LINE_START}(?:import[ ]+[\w.]+(?:[ ]+as[ ]+\w+|,[^\n]*)?[ \t]*$|from[ ]+[\w.]+[ ]+import\b[^\n]*)"
    rf"|{_LINE_START}[A-Za-z_][\w.]*(?:\[[^\]\n]*\])?(?:[ ]*,[ ]*[A-Za-z_]\w*)*[ ]*"
    r"(?:[-+*/%|&]|//|\*\*)?=(?!=)[ ]*[^\s=][^\n]*",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)
_RETURN_LINE = re.compile(_LINE_START + r"return[ ]+(?P<value>[^\n]+)", re.IGNORECASE | re.MULTILINE)
_STRING_PREFIX = re.compile(r"""\b[rbfu](?=['"])""", re.IGNORECASE)
_INTEGER = re.compile(r"(?<![\w.])\d+(?![\w]|\.\d)")
_LINE_NUMBER = re.compile(r"^[ \t]*\d{1,3}[.:)|]?[ \t]+", re.MULTILINE)


@dataclass(frozen=True)
class _Reference:
    """The tokens of a reference, and where each run of `limit` tokens begins."""

    tokens: tuple[str, ...]
    weights: tuple[float, ...]
    limit: int
    starts: dict[tuple[str, ...], tuple[int, ...]]


def find_leak(reply: str, hidden: str) -> str | None:
    """The first leaking part of `reply`, exactly as it stands there, or None."""
    return _code_part(reply) or _verbatim_part(reply, hidden)


def run_limit(hidden: str) -> int:
    """The number of code tokens from which on a verbatim run of this reference leaks."""
    return _reference(hidden).limit


@lru_cache(maxsize=65536)
def weight(code: str) -> float:
    """How many tokens a piece of code counts as: a label as one, brackets, commas and quotes not at all."""
    return round(sum(_weighted(code)[1]), 6)


def _code_part(reply: str) -> str | None:
    if (match := _CODE.search(reply)) is not None:
        return match.group()
    for line in _RETURN_LINE.finditer(reply):
        if _is_expression(line["value"]):
            return line.group()
    return None


def _is_expression(text: str) -> bool:
    """Whether `text` is Python beyond a single word ('Return the total.' is English, 'return a + b' is not)."""
    text = text.strip().rstrip("`.;").strip()
    tree = parse(text)
    if tree is None or len(tree.body) != 1 or not isinstance(tree.body[0], ast.Expr):
        return False
    return not isinstance(tree.body[0].value, ast.Name)


def _verbatim_part(reply: str, hidden: str) -> str | None:
    """The first long run, looked for in the reply as it is, without line numbers, and without any whole number."""
    found = _run(reply, _reference(hidden))
    if found is None and _LINE_NUMBER.search(reply) is not None:  # blank the numbers, keep every position
        found = _run(_LINE_NUMBER.sub(lambda match: " " * len(match.group()), reply), _reference(hidden))
    if found is None and len(_INTEGER.findall(reply)) > 1:
        bare = _INTEGER.sub(lambda match: " " * len(match.group()), reply)
        found = _run(bare, _reference(hidden, integers=False))
    return None if found is None else reply[found[0] : found[1]]


def _run(reply: str, reference: _Reference) -> tuple[int, int] | None:
    """Start and end in `reply` of the first run that weighs `reference.limit` or more."""
    spans = [match.span() for match in _TOKEN.finditer(_STRING_PREFIX.sub(" ", reply))]
    tokens = tuple(reply[a:b].lower() for a, b in spans)
    for start in range(len(tokens) - reference.limit + 1):
        for at in reference.starts.get(tokens[start : start + reference.limit], ()):
            length, weighs = 0, 0.0
            while tokens[start + length : start + length + 1] == reference.tokens[at + length : at + length + 1] != ():
                weighs += reference.weights[at + length]
                length += 1
            if weighs >= reference.limit - 1e-9:
                return spans[start][0], spans[start + length - 1][1]
    return None


@lru_cache(maxsize=65536)
def _reference(hidden: str, *, integers: bool = True) -> _Reference:
    pairs = list(zip(*_weighted(_body(hidden)), strict=True))
    size = sum(weight for token, weight in pairs if token != "return")
    limit = min(LONG_RUN, max(SHORT_RUN, math.ceil(SHARE_OF_BODY * size - 1e-9)))
    limit = max(LEAST_RUN, min(limit, len(pairs)))
    kept = [(token, weight) for token, weight in pairs if integers or not token.isdigit()]
    tokens, weights = tuple(token for token, _ in kept), tuple(weight for _, weight in kept)
    starts: dict[tuple[str, ...], tuple[int, ...]] = {}
    for at in range(len(tokens) - limit + 1):
        gram = tokens[at : at + limit]
        starts[gram] = (*starts.get(gram, ()), at)
    return _Reference(tokens, weights, limit, starts)


def _body(hidden: str) -> str:
    """The reference without signatures, docstrings and comments; text that is not Python stays as it is."""
    tree = parse(hidden)
    if tree is None:
        return hidden
    pieces: list[str] = []
    for node in tree.body:
        inner = node.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else [node]
        pieces += [ast.unparse(part) for part in inner if not _is_docstring(part)]
    return "\n".join(pieces)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _weighted(code: str) -> tuple[list[str], list[float]]:
    """Tokens in lower case and what each counts; the words of a string share its weight."""
    tokens: list[str] = []
    weights: list[float] = []
    for match in _STRING_OR_TOKEN.finditer(code):
        text = match.group(1)
        words = [match.group().lower()] if text is None else [word.lower() for word in _TOKEN.findall(text)]
        whole = 1.0 if text is None else max(1.0, len(words) / WORDS_PER_TOKEN_OF_LABEL)
        tokens += words
        weights += [whole / len(words)] * len(words) if words else []
    return tokens, weights
