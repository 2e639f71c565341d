"""The shapes of statements that the person has a sentence for: choices, edges, sums, orders."""

import ast
from collections.abc import Sequence

from dulcet.humans.expressions import code, conjuncts

Rung = tuple[ast.expr, list[ast.stmt]]
"""A test of an if-elif chain and what happens when it holds."""


def as_if(node: ast.stmt) -> ast.stmt:
    """`return a if test else b` and `x = a if test else b` as if-statements."""
    value = value_of(node)
    if not isinstance(value, ast.IfExp) or not isinstance(node, ast.Return | ast.Assign):
        return node
    branches: list[list[ast.stmt]] = []
    for side in (value.body, value.orelse):
        branch = ast.Return(side) if isinstance(node, ast.Return) else ast.Assign(node.targets, side)
        branches.append([ast.fix_missing_locations(ast.copy_location(branch, node))])
    return ast.copy_location(ast.If(value.test, branches[0], branches[1]), node)


def ladder(node: ast.If, statements: Sequence[ast.stmt], at: int) -> tuple[list[Rung], list[ast.stmt], int]:
    """All rungs of an if-elif chain, also where it goes on as `if ...: return`, `if ...: return`, `return`."""
    rungs: list[Rung] = []
    while True:
        rungs.append((node.test, node.body))
        otherwise = [as_if(part) for part in node.orelse]
        if len(otherwise) == 1 and isinstance(otherwise[0], ast.If):
            node = otherwise[0]
            continue
        at += 1
        if otherwise or at >= len(statements) or not all(ends(body) for _, body in rungs):
            return rungs, otherwise, at
        following = as_if(statements[at])
        if isinstance(following, ast.If):
            node = following
        elif isinstance(following, ast.Return):
            return rungs, [following], at + 1
        else:
            return rungs, [], at


def ends(body: list[ast.stmt]) -> bool:
    """Whether a block leaves the function."""
    return isinstance(body[-1], ast.Return | ast.Raise)


def value_of(node: ast.stmt) -> ast.expr | None:
    """The expression of a simple statement, if it has one."""
    return node.value if isinstance(node, ast.Return | ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr) else None


def expression(node: ast.stmt) -> ast.expr:
    """The expression of a return or assignment; None, as Python has it, where there is none."""
    value = value_of(node)
    return ast.Constant(None) if value is None else value


def two_labels(then: list[ast.stmt], otherwise: list[ast.stmt]) -> bool:
    """Whether both branches do nothing but return, or assign to the same name, a constant."""
    if len(then) != 1 or len(otherwise) != 1 or type(then[0]) is not type(otherwise[0]):
        return False
    first, second = then[0], otherwise[0]
    if isinstance(first, ast.Assign) and isinstance(second, ast.Assign):
        if [code(target) for target in first.targets] != [code(target) for target in second.targets]:
            return False
    elif not isinstance(first, ast.Return):
        return False
    return all(is_constant(value_of(branch)) for branch in (first, second))


def is_constant(node: ast.AST | None) -> bool:
    """Whether it is a literal, perhaps with a sign."""
    if isinstance(node, ast.UnaryOp):
        return is_constant(node.operand)
    return isinstance(node, ast.Constant)


def is_edge(test: ast.expr, body: list[ast.stmt]) -> bool:
    """Whether a guard looks at nothing, zero, a wrong type or a negative number before the work begins."""
    if not ends(body):
        return False
    if isinstance(body[-1], ast.Raise):
        return True
    parts, _ = conjuncts(test)
    return any(is_empty_test(part) for part in parts)


def is_empty_test(test: ast.expr) -> bool:
    """Whether a test looks at nothing, zero, a negative number, a short list or a type."""
    if isinstance(test, ast.UnaryOp):
        return isinstance(test.op, ast.Not) and isinstance(test.operand, ast.Name)
    if isinstance(test, ast.Call):
        return isinstance(test.func, ast.Name) and test.func.id == "isinstance"
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    right, operator = test.comparators[0], test.ops[0]
    if isinstance(operator, ast.Is | ast.Eq):
        return code(right) in ("None", "0", "''", "[]", "{}", "0.0")
    counted = isinstance(test.left, ast.Call) and code(test.left.func) == "len"
    return isinstance(operator, ast.Lt | ast.LtE) and code(right) in (("0", "1", "2") if counted else ("0",))


def is_choice(node: ast.stmt) -> bool:
    """Whether it is an if, or an assignment or return of `a if test else b`."""
    return isinstance(as_if(node), ast.If)


def is_call(node: ast.stmt) -> bool:
    """Whether it is an expression that is not a docstring."""
    return isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)


def is_order(node: ast.AST) -> bool:
    """Whether it is `sorted(...)` or `.sort(...)`."""
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        return node.func.attr == "sort"
    return isinstance(node.func, ast.Name) and node.func.id == "sorted" and bool(node.args)


def size(node: ast.expr) -> int:
    """The number of entries of a literal."""
    return len(node.keys) if isinstance(node, ast.Dict) else len(getattr(node, "elts", ()))


def terms(node: ast.expr, *, plus: bool = True) -> list[tuple[bool, ast.expr]]:
    """The terms of a sum with their signs."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        right = plus if isinstance(node.op, ast.Add) else not plus
        return [*terms(node.left, plus=plus), *terms(node.right, plus=right)]
    return [(plus, node)]


def augment(operator: ast.operator, target: str, value: str) -> str:
    """`target op= value` in words."""
    match operator:
        case ast.Add():
            return f"add {value} to {target}"
        case ast.Sub():
            return f"subtract {value} from {target}"
        case ast.Mult():
            return f"multiply {target} by {value}"
        case ast.Div():
            return f"divide {target} by {value}"
    return f"change {target} by {value}"


def changed(tree: ast.AST) -> set[str]:
    """Names that are assigned more than once, added to or appended to."""
    seen: set[str] = set()
    changed: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.AugAssign):
            changed.add(code(node.target))
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                (changed if code(target) in seen else seen).add(code(target))
                if isinstance(target, ast.Subscript):
                    changed.add(code(target.value))
        elif (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("append", "add")
        ):
            changed.add(code(node.func.value))
    return changed
