"""Which part of a reply is the program: inside Markdown fences, with prose around it, or the whole text."""

import ast

from .fences import PYTHON, dedent, fenced, lines_of, parse, runs


def program(reply: str, names: list[str]) -> str:
    """The program in `reply` that defines one of `names`.

    A reply that is Python as it stands is taken whole. Otherwise the first fenced block that defines the function
    counts, with what it needs from the other Python blocks; else the code that stands among prose; else the first
    Python block, with whatever is wrong with it.
    """
    wanted = {name for name in names if name}
    lines = lines_of(reply)
    text = "\n".join(lines)
    for whole in (text, dedent(lines), text.lstrip()):  # as it stands, or indented as a whole or in its first line
        tree = parse(whole)
        if tree is not None and (tree.body or not whole.strip()):
            return whole
    blocks, outside = fenced(lines)
    python = [(tag, body) for tag, body in blocks if PYTHON.fullmatch(tag)]
    for bodies in ([body for _, body in python], runs(outside), [body for _, body in blocks]):
        found = _defining(bodies, wanted)
        if found is not None:
            return found
    tagged = [body for tag, body in python if tag]
    return next(iter([*tagged, *(body for _, body in python), *runs(outside)]), text)


def _defining(bodies: list[str], wanted: set[str]) -> str | None:
    """The first body that defines what is wanted, with what it needs from the others."""
    trees = [parse(body) for body in bodies]
    for body, tree in zip(bodies, trees, strict=True):
        if tree is not None and wanted & _bound(tree.body):
            return _with_support(body, tree, [other for other in trees if other is not None and other is not tree])
    return None


def _bound(statements: list[ast.stmt]) -> set[str]:
    return set().union(*map(_binds, statements))


def _binds(statement: ast.stmt) -> set[str]:
    """The names that a statement defines where it stands, also in the branches of `if`, `try` and `with`."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and type(node.ctx) is ast.Store}
    if isinstance(statement, ast.If | ast.Try | ast.With):
        handlers = [inner for handler in getattr(statement, "handlers", []) for inner in handler.body]
        return _bound([*statement.body, *getattr(statement, "orelse", []), *handlers])
    return set()


def _uses(statements: list[ast.stmt]) -> set[str]:
    return {node.id for statement in statements for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _with_support(body: str, tree: ast.Module, others: list[ast.Module]) -> str:
    """`body` after the imports, helpers and constants that it uses and only other blocks define."""
    statements = [statement for other in others for statement in other.body]
    own = _bound(tree.body)
    missing = _uses(tree.body) - own
    support: list[ast.stmt] = []
    while True:  # a helper may need another
        support = [statement for statement in statements if _binds(statement) & (missing | {"*"})]
        needed = missing | (_uses(support) - own)
        if needed == missing:
            break
        missing = needed
    future = [statement for statement in tree.body if _is_future(statement)]
    if not support or not future:
        return "\n".join([*map(ast.unparse, support), body])
    rest = [statement for statement in tree.body if statement not in future]  # nothing may stand before these
    return "\n".join(map(ast.unparse, [*future, *support, *rest]))


def _is_future(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
