"""A check: the call that is made of a task's test case, and the function that it needs."""

import ast
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Check:
    """`call` is what is evaluated; `function` is the name it needs, "" where it is not a plain call."""

    call: str
    function: str


@lru_cache(maxsize=100_000)
def parse_check(text: str) -> Check:
    """Read a test case of a task.

    Some of ColBench's are comparisons, `f(1) == 2`. Then the call on the left is what counts: the number on the right
    is an expected value, which no answer may see, and comparing two comparisons would take any two wrong values
    for equal.
    """
    try:
        body = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return Check(text.strip(), "")
    node = body.left if isinstance(body, ast.Compare) and isinstance(body.left, ast.Call) else body
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return Check(ast.unparse(node) if node is not body else text.strip(), node.func.id if named else "")  # type: ignore[attr-defined]
