"""What the person knows: facts read off the reference function's syntax tree, each in one short sentence.

A sentence carries its fact in the shape of the code ("It must be income >= 54."), because a small model must be able to
copy it; what is too long for that is said in words, so that no sentence pastes the reference (`humans.leak`).
"""

import ast
from functools import lru_cache

from dulcet.humans.expressions import BUILTINS
from dulcet.humans.fact import Fact
from dulcet.humans.leak import find_leak, run_limit
from dulcet.humans.parsing import parse
from dulcet.humans.reader import Reader, parameters

__all__ = ["Fact", "arguments", "facts", "variables"]

BUDGET = 9
"""Most code tokens of an expression that is told as it stands."""


@lru_cache(maxsize=65536)
def facts(source: str) -> list[Fact]:
    """The facts of a reference function in the order of its code (shared: do not change it); [] if it is not Python."""
    tree = parse(source)
    if tree is None:
        return []
    own = _own_names(tree)
    safe: list[Fact] = []
    limit = run_limit(source)
    for budget in (min(BUDGET, limit - 1), min(BUDGET, limit - 2), 4, 3, 1):  # in more words where it would paste
        found = Reader(tree, budget).read()
        safe = [fact for fact in found if find_leak(fact.sentence, source) is None]
        if len(safe) == len(found):
            break
    return list({fact.sentence: _without_builtins(fact, own) for fact in reversed(safe)}.values())[::-1]


def arguments(source: str) -> tuple[str, ...]:
    """The names of the arguments of the reference's functions; empty where `source` is not Python."""
    tree = parse(source)
    if tree is None:
        return ()
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return tuple(dict.fromkeys(name for function in functions for name in parameters(function)))


def variables(source: str) -> frozenset[str]:
    """The names that the reference itself gives: arguments, locals, loop variables."""
    tree = parse(source)
    return frozenset() if tree is None else _own_names(tree)


def _own_names(tree: ast.AST) -> frozenset[str]:
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return frozenset(stored | {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)})


def _without_builtins(fact: Fact, own: frozenset[str]) -> Fact:
    names = tuple(name for name in fact.names if name in own or name not in BUILTINS)
    return Fact(fact.kind, names, fact.sentence, fact.also)
