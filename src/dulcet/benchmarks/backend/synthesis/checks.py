"""Choosing ten calls that tell a right answer from a nearly right one.

The reference is mutated in every place where a person may have meant something else (limits, directions, and/or,
amounts, labels, orders, bounds); the ten calls together tell the reference from all of these mutants that any call can
tell apart, and no single value may come back from five or more of the ten.
"""

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random

from dulcet.benchmarks.backend.synthesis.draft import Draft

WANTED = 10
LARGEST_SHARE = 4
"""Most calls that may return one and the same value: a constant answer then passes fewer than half."""

_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Eq: ast.NotEq,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
}  # fmt: skip
_FLIPS: dict[type[ast.AST], type[ast.AST]] = {ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Lt: ast.Gt, ast.LtE: ast.GtE}
_CALLS = {"max": "min", "min": "max", "sum": "len", "upper": "lower", "lower": "upper"}


def mutants(source: str) -> Iterator[str]:
    """The source with one thing changed, for every thing that can be changed."""
    tree = ast.parse(source)
    for position, node in enumerate(ast.walk(tree)):
        for attribute, value in _changes(node):
            copy = deepcopy(tree)
            setattr(list(ast.walk(copy))[position], attribute, value)
            yield ast.unparse(copy)


def _changes(node: ast.AST) -> Iterator[tuple[str, object]]:
    """(attribute, other value) for what a person may have meant otherwise in this node."""
    match node:
        case ast.Constant(value=bool(value)):
            yield "value", not value
        case ast.Constant(value=int(value)):
            yield "value", value + 1
            yield "value", value - 1
        case ast.Constant(value=str(value)):
            yield "value", f"{value}s"
        case ast.Name(id=name) if name in _CALLS:
            yield "id", _CALLS[name]
        case ast.Attribute(attr=name) if name in _CALLS:
            yield "attr", _CALLS[name]
        case ast.Compare(ops=[operator, *_]):
            yield from (("ops", [table[type(operator)]()]) for table in (_SWAPS, _FLIPS) if type(operator) in table)
        case ast.BoolOp(op=operator) | ast.BinOp(op=operator) | ast.AugAssign(op=operator):
            if type(operator) in _SWAPS:
                yield "op", _SWAPS[type(operator)]()


def _run(source: str, name: str, rows: list[list[object]]) -> list[str]:
    """What the function returns for each row of arguments, as text that keeps types apart. Only our own code runs."""
    space: dict[str, Callable[..., object]] = {}
    exec(source, space)
    results = []
    for row in rows:
        try:
            results.append(repr(space[name](*deepcopy(row))))
        except Exception as error:  # a mutant may divide by zero: that too tells it from the reference
            results.append(type(error).__name__)
    return results


def choose_calls(draft: Draft, random: Random, pool: int = 60) -> list[str] | None:
    """Ten calls, or None when no ten tell enough apart with this draft."""
    rows = [[random.choice(draft.inputs[name]) for name in draft.arguments] for _ in range(pool)]
    rows = [row for i, row in enumerate(rows) if row not in rows[:i]]
    expected = _run(draft.source, draft.name, rows)
    outputs = [_run(mutant, draft.name, rows) for mutant in mutants(draft.source)]
    tells = [{m for m, out in enumerate(outputs) if out[i] != expected[i]} for i in range(len(rows))]
    chosen = _cover(tells, expected)
    if chosen is None:
        return None
    return [f"{draft.name}({', '.join(repr(value) for value in rows[i])})" for i in chosen]


def _cover(tells: list[set[int]], expected: list[str]) -> list[int] | None:
    """Greedy set cover of the mutants under the bound on repeated results; None when ten are not to be had."""
    chosen: list[int] = []
    used: Counter[str] = Counter()
    left = set().union(*tells)
    while len(chosen) < WANTED:
        free = [i for i in range(len(tells)) if i not in chosen and used[expected[i]] < LARGEST_SHARE]
        if not free:
            return None
        best = max(free, key=lambda i: (len(tells[i] & left), -used[expected[i]]))
        chosen.append(best)
        used[expected[best]] += 1
        left -= tells[best]
    return None if left else chosen
