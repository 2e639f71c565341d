"""A check: the call that is made of a task's test case, and the function that it needs."""

import ast
import builtins
import re
from dataclasses import dataclass
from functools import lru_cache

_CALL = re.compile(r"([A-Za-z_]\w*)\(")
_MAYBE_COMPARED = re.compile(r"[=!]=|[<>]|\b(in|is|not|lambda|if)\b")


@dataclass(frozen=True)
class Check:
    """`call` is what is evaluated; `function` is the name it needs, "" where there is none."""

    call: str
    function: str


@lru_cache(maxsize=100_000)
def parse_check(text: str) -> Check:
    """Read a test case of a task.

    Some of ColBench's are comparisons, `f(1) == 2`. Then the call on the left is what counts: the number on the right
    is an expected value, which no answer may see, and comparing two comparisons would take any two wrong values
    for equal.
    """
    text = text.strip()
    begins = _CALL.match(text)
    if begins and not hasattr(builtins, begins[1]) and not _MAYBE_COMPARED.search(text):
        return Check(text, begins[1])  # most are as plain as that
    try:
        body = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return Check(text, "")
    node = body.left if isinstance(body, ast.Compare) and isinstance(body.left, ast.Call) else body
    return Check(text if node is body else ast.unparse(node), _function(node))


def _function(node: ast.expr) -> str:
    """The function that is called: the outermost that is no built-in, as in `round(f(2), 3)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not hasattr(builtins, node.func.id):
        return node.func.id
    calls = [part.func for part in ast.walk(node) if isinstance(part, ast.Call)]
    names = [function.id for function in calls if isinstance(function, ast.Name)]
    return next((name for name in names if not hasattr(builtins, name)), names[0] if names else "")
