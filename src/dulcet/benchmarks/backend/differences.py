"""Where the released grader's verdict on an answer is another than the strict one, and why."""

import ast
from collections.abc import Sequence

from dulcet.benchmarks.backend.judging import Expected
from dulcet.benchmarks.backend.paper_grader import strip_fences
from dulcet.sandbox import Status
from dulcet.task import Task
from dulcet.trajectory import Grade

UNKNOWN = "another reason"


def why_different(task: Task, answer: str, strict: Grade, paper: Grade, expected: Sequence[Expected]) -> str | None:
    """The likeliest reason in a few words; None where both verdicts are the same."""
    if abs(strict.tests_passed - paper.tests_passed) < 1e-9:
        return None
    if strict.tests_passed < paper.tests_passed:
        return _why_lenient(task)
    return _why_severe(task, answer, paper, expected)


def _why_lenient(task: Task) -> str:
    if any(_is_comparison(check) for check in task.checks):
        return "a test case is a comparison, and two wrong values compare alike"
    return "`==` takes values of other types for equal, or is the answer's own"


def _why_severe(task: Task, answer: str, paper: Grade, expected: Sequence[Expected]) -> str:
    program = strip_fences(answer)
    tree = _parsed(program)
    if paper.detail:
        return paper.detail  # a forbidden word
    if tree is None:
        return "the text that it takes for the program is not Python alone"
    if _uses_top_level(tree):
        return "a function uses a name of the top level, which it cannot see there (a helper, itself, ...)"
    if any(one.result.status is Status.RAISED for one in expected):
        return "the reference raises an exception on purpose"
    if any(one.result.status is Status.VALUE and one.result.value is None for one in expected):
        return "the reference returns None, which never passes there"
    if any("NaN" in repr(one.result.value) or "nan" in repr(one.result.value) for one in expected):
        return "NaN equals nothing there"
    if any(word in task.hidden for word in ("random", "uuid", "secrets", "time")):
        return "the reference draws at random or reads the clock, which differ from run to run there"
    return UNKNOWN


def _uses_top_level(tree: ast.Module) -> bool:
    """Whether a function of the program reads a name that only the top level binds."""
    top = {name for statement in tree.body for name in _bound(statement)}
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    read = {
        node.id
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    return bool(top & read)


def _bound(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def _is_comparison(check: str) -> bool:
    tree = _parsed(check)
    return tree is not None and any(isinstance(getattr(one, "value", None), ast.Compare) for one in tree.body)


def _parsed(text: str) -> ast.Module | None:
    try:
        return ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
