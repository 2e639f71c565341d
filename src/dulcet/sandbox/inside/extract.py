"""Which part of a reply is the program: inside Markdown fences, with prose around it, or the whole text."""

import ast
import re

FENCE = re.compile(r"^[ \t]*(```+|~~~+)[ \t]*([\w+#.-]*)[^\n]*\n(.*?)(?:^[ \t]*\1[ \t]*$|\Z)", re.M | re.S)
PYTHON = ("python", "py", "python3", "")
STARTS = re.compile(r"^(def |class |import |from \w|async def |@|[A-Za-z_]\w* *(:[^=]*)?= )")


def program(reply: str, names: list[str]) -> str:
    """The program in `reply` that defines one of `names`.

    A reply that is Python as it stands is taken whole. Otherwise the first fenced block that defines the function
    counts, with what it needs from the other Python blocks; else the first Python block; else the lines that parse.
    """
    wanted = {name for name in names if name}
    blocks = [(tag.lower(), _dedent(body)) for _, tag, body in FENCE.findall(reply)]
    blocks = [(tag, body) for tag, body in blocks if tag in PYTHON]
    if not blocks:
        whole = (reply, _dedent(reply), reply.lstrip())  # as it stands, or indented as a whole or in its first line
        return next((text for text in whole if _parse(text) is not None), None) or _between_prose(reply)
    trees = [(body, _parse(body)) for _, body in blocks]
    for body, tree in trees:
        if tree is not None and wanted & _bound(tree):
            return _with_support(body, tree, [other for _, other in trees if other not in (None, tree)])
    if wanted & _bound(_parse(reply) or ast.Module([], [])):  # fences inside a docstring
        return reply
    return next((body for tag, body in blocks if tag), blocks[0][1])


def _parse(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _dedent(body: str) -> str:
    """Fences inside a list item are indented; so is what they hold."""
    lines = [line for line in body.split("\n") if line.strip()]
    margin = min((len(line) - len(line.lstrip(" \t")) for line in lines), default=0)
    return "\n".join(line[margin:] for line in body.split("\n")) if margin else body


def _binds(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and type(node.ctx) is ast.Store}
    return set()


def _bound(tree: ast.Module) -> set[str]:
    return set().union(*(_binds(statement) for statement in tree.body))


def _with_support(body: str, tree: ast.Module, others: list[ast.Module | None]) -> str:
    """`body` after the imports, helpers and constants that it uses and only other blocks define."""
    missing = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - _bound(tree)
    statements = [statement for other in others if other is not None for statement in other.body]
    support: list[ast.stmt] = []
    for statement in reversed(statements):  # what a helper itself needs stands before it
        if _binds(statement) & missing:
            support.insert(0, statement)
            missing |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)} - _bound(tree)
    return "\n".join([*(ast.unparse(statement) for statement in support), body])


def _between_prose(reply: str) -> str:
    """Code with sentences before or after it and no fences: the longest run of lines from the first that parses."""
    lines = reply.split("\n")[:2000]
    starts = [number for number, line in enumerate(lines) if STARTS.match(line)]
    for start in starts[:5]:
        for end in range(len(lines), start, -1):
            if lines[end - 1].strip() and (tree := _parse("\n".join(lines[start:end]))) is not None and tree.body:
                return "\n".join(lines[start:end])
    return reply
