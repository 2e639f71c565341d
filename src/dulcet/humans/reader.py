"""Reads a reference statement by statement and writes down a fact for each thing that it says."""

import ast
from collections.abc import Iterable, Sequence

from dulcet.humans.expressions import code, is_short, names_in, say, strip_call, target
from dulcet.humans.fact import Fact, fact
from dulcet.humans.inner import collection, conditions, inside
from dulcet.humans.leak import weight
from dulcet.humans.shapes import (
    Rung,
    as_if,
    augment,
    changed,
    expression,
    is_call,
    is_choice,
    is_edge,
    is_order,
    ladder,
    size,
    terms,
    two_labels,
    value_of,
)

LONG_PATH = 150
"""Characters of the conditions before a statement beyond which only the innermost two are told."""
MANY_TERMS = 3
"""A long sum of so many terms is told term by term."""
Path = tuple[tuple[str, tuple[str, ...]], ...]
"""The conditions that lead to a block: each as a clause, with the names in it."""


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    """The names of a function's arguments, `self` and `cls` left out."""
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return [argument.arg for argument in every if argument is not None and argument.arg not in ("self", "cls")]


class Reader:
    """Walks the statements of a module; no expression is told with more than `budget` code tokens at a stretch."""

    def __init__(self, tree: ast.Module, budget: int) -> None:
        self.tree, self.budget = tree, budget
        self.found: list[Fact] = []
        self.result = "result"
        self.changed = changed(tree)
        self.choices = sum(isinstance(node, ast.If | ast.IfExp) for node in ast.walk(tree))

    def read(self) -> list[Fact]:
        """All facts in the order of the code."""
        top = [node for node in self.tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        for function in top:
            self._function(function, "result" if function is top[0] else function.name)
        self.result = "result"
        self._block([node for node in self.tree.body if node not in top], ())
        return self.found

    def _add(self, kind: str, names: Iterable[str], sentence: str, also: tuple[str, ...] = ()) -> None:
        self.found.append(fact(kind, tuple(names), sentence, also))

    def _say(self, node: ast.expr) -> str:
        return say(node, self.budget)

    def _inside(self, *nodes: ast.expr | None) -> tuple[str, ...]:
        """Writes down the facts inside expressions; returns the kinds of question that telling them answers as well."""
        kinds: list[str] = []
        for node in nodes:
            if node is not None:
                facts, also = inside(node, self.budget)
                self.found += facts
                kinds += also
        return tuple(dict.fromkeys(kinds))

    # functions

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, result: str) -> None:
        outer, self.result = self.result, result
        self._block([part for part in node.body if not isinstance(part, ast.Expr | ast.Pass) or is_call(part)], ())
        used = {part.id for statement in node.body for part in ast.walk(statement) if isinstance(part, ast.Name)}
        for name in parameters(node):
            if name not in used:
                self._add("unused", [name], f"No, {name} does not matter.")
        self._defaults(node)
        self.result = outer

    def _defaults(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        names = [argument.arg for argument in [*node.args.posonlyargs, *node.args.args]]
        for name, default in zip(reversed(names), reversed(node.args.defaults), strict=False):
            entries = collection(name, default, self.budget)
            self.found += entries or [fact("default", (name,), f"If it is not given, {name} is {self._say(default)}.")]

    # blocks

    def _block(self, statements: Sequence[ast.stmt], path: Path) -> None:
        at = 0
        while at < len(statements):
            statement = as_if(statements[at])
            if isinstance(statement, ast.If):
                rungs, otherwise, at = ladder(statement, statements, at)
                self._ladder(rungs, otherwise, path)
            else:
                self._statement(statement, path)
                at += 1

    def _statement(self, node: ast.stmt, path: Path) -> None:
        match node:
            case ast.For() | ast.AsyncFor():
                also = self._inside(node.iter)
                text = f"It goes through {target(node.target)} in {self._say(node.iter)}."
                self._add("loop", names_in(node.target, node.iter), text, also)
                self._block([*node.body, *node.orelse], path)
            case ast.While():
                self._add("loop", names_in(node.test), f"It goes on while {self._say(node.test)}.")
                self._block(node.body, path)
            case ast.With() | ast.AsyncWith() | ast.ClassDef():
                self._block(node.body, path)
            case ast.Try():
                self._attempt(node, path)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._function(node, node.name)
            case _:
                self._simple(node, path)

    def _attempt(self, node: ast.Try, path: Path) -> None:
        self._block([*node.body, *node.orelse, *node.finalbody], path)
        for handler in node.handlers:
            error = code(handler.type) if handler.type is not None else "any error"
            for statement in handler.body:
                if (effect := self._effect(statement)) is not None:
                    self._add("edge", [*names_in(statement), error], f"If that fails with {error} {effect}.")

    # choices

    def _ladder(self, rungs: list[Rung], otherwise: list[ast.stmt], path: Path) -> None:
        while rungs and (len(rungs) > 1 or not two_labels(rungs[0][1], otherwise)) and is_edge(*rungs[0]):
            self._rung(*rungs.pop(0), path, edge=True)
        labels = len(rungs) == 1 and not path and two_labels(rungs[0][1], otherwise)
        if labels and (self.choices == 1 or isinstance(otherwise[0], ast.Return)):
            self._decision(rungs[0][0], rungs[0][1][0], otherwise[0])
            return
        for test, body in rungs:
            self._rung(test, body, path)
        if otherwise and rungs:
            self._branch((*path, self._rest(rungs)), otherwise, "default", otherwise=not path)
        elif otherwise:
            self._block(otherwise, path)

    def _decision(self, test: ast.expr, then: ast.stmt, otherwise: ast.stmt) -> None:
        """One test between two labels: each part of the test, how they combine, and the labels are facts apart."""
        self.found += conditions(test, self.budget)
        if isinstance(then, ast.Assign):
            subject = f"the {code(then.targets[0])} is"
        else:
            subject = "it returns" if self.result == "result" else f"the {self.result} is"
        first, second = self._say(expression(then)), self._say(expression(otherwise))
        self._add("result", names_in(then, otherwise), f"{subject} {first}, otherwise {second}.")

    def _rung(self, test: ast.expr, body: list[ast.stmt], path: Path, *, edge: bool = False) -> None:
        also = self._inside(test)
        self._branch((*path, (self._say(test), names_in(test))), body, "edge" if edge else "band", also=also)

    def _rest(self, rungs: list[Rung]) -> tuple[str, tuple[str, ...]]:
        text = f"not ({self._say(rungs[0][0])})" if len(rungs) == 1 else "none of these cases fits"
        return text, names_in(*(test for test, _ in rungs))

    def _branch(
        self, path: Path, body: list[ast.stmt], kind: str, *, otherwise: bool = False, also: tuple[str, ...] = ()
    ) -> None:
        """What happens when the clauses of `path` hold; `otherwise`: they are all the cases that came before."""
        start = "Otherwise" if otherwise else f"If {_clauses(path)}"
        rest: list[ast.stmt] = []
        for statement in body:
            effect = None if is_choice(statement) else self._effect(statement)
            if effect is None:
                rest.append(statement)
            else:
                kinds = (*also, *self._inside(value_of(statement)))
                self._add(kind, (*_names(path), *names_in(statement)), f"{start} {effect}.", kinds)
        self._block(rest, path)

    def _effect(self, node: ast.stmt) -> str | None:
        """What a simple statement does, as the second half of a sentence."""
        match node:
            case ast.Return():
                subject = "it" if self.result == "result" else self.result
                return f"{subject} is {self._say(expression(node))}"
            case ast.Assign(targets=[to]):
                return f"{target(to)} is {self._say(node.value)}"
            case ast.AnnAssign(value=ast.expr() as value):
                return f"{code(node.target)} is {self._say(value)}"
            case ast.AugAssign():
                return augment(node.op, code(node.target), self._say(node.value))
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="append" | "add" as verb, value=owner), args=[item])):
                return f"{verb} {self._say(item)} to {self._say(owner)}"
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="extend", value=owner), args=[item])):
                return f"extend {self._say(owner)} with {self._say(item)}"
            case ast.Expr(value=ast.Call() as call) if not is_order(call):
                return f"it does {self._say(call)}"
            case ast.Raise():
                return f"it raises {code(node.exc) if node.exc is not None else 'the error'}"
            case ast.Continue():
                return "it is skipped"
            case ast.Break():
                return "it stops"
        return None

    # simple statements

    def _simple(self, node: ast.stmt, path: Path) -> None:
        value = value_of(node)
        if value is None or path or isinstance(node, ast.AugAssign | ast.Expr):
            effect, also = self._effect(node), self._inside(value)
            if effect is not None:
                start = f"If {_clauses(path)} " if path else ""
                self._add("step", (*_names(path), *names_in(node)), f"{start}{effect}.", also)
        elif isinstance(node, ast.Return):
            self._value("result", self.result, value, names_in(value))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            to = node.targets[0] if isinstance(node, ast.Assign) else node.target
            self._value("formula", target(to), value, names_in(to, value))

    def _value(self, kind: str, to: str, value: ast.expr, names: tuple[str, ...]) -> None:
        """`to` (or the result) is `value`."""
        if kind == "result" and self.result == "result" and isinstance(value, ast.Compare | ast.BoolOp):
            self.found += conditions(value, self.budget)
            return self._add("result", ("True", "False"), "It returns True, otherwise False.")
        before = len(self.found)
        also = self._inside(value)
        short = is_short(value, self.budget)
        inner = value if short else strip_call(value, "round")
        if entries := collection(to, inner, self.budget):
            self.found += entries
            return None
        if not short and (is_order(inner) or (isinstance(inner, ast.Subscript) and is_order(inner.value))):
            told = self.found[before:]  # the facts about the order say it all
            self.found[before:] = [fact(one.kind, (*one.names, *names), one.sentence, one.also) for one in told]
            return None
        if isinstance(inner, ast.Constant) or (isinstance(inner, ast.List | ast.Dict | ast.Set) and not size(inner)):
            return self._constant(kind, to, self._say(inner), names)
        if isinstance(inner, ast.Name) and kind == "result":
            return self._add(kind, names, f"It returns {inner.id}.")
        parts = terms(inner)
        if len(parts) >= MANY_TERMS and weight(code(inner)) > self.budget:
            return self._terms(kind, to, parts)
        return self._add(kind, names, f"The {to} is {self._say(inner)}.", also)

    def _constant(self, kind: str, to: str, value: str, names: tuple[str, ...]) -> None:
        if kind == "result" and self.found:
            self._add("default", names, f"Otherwise it is {value}.")
        else:
            self._add("constant", names, f"The {to} {'starts at' if to in self.changed else 'is'} {value}.")

    def _terms(self, kind: str, to: str, parts: list[tuple[bool, ast.expr]]) -> None:
        """A long sum, one fact a term."""
        whole, names = ("the result", ()) if to == "result" else (to, (to,))
        for plus, term in parts:
            text = f"Add {self._say(term)} to {whole}." if plus else f"Subtract {self._say(term)} from {whole}."
            self._add(kind, (*names_in(term), *names), text)


def _clauses(path: Path) -> str:
    """The clauses that lead to a statement; only the innermost two where they are long."""
    texts = [text for text, _ in path]
    whole = " and ".join(texts)
    return whole if len(whole) <= LONG_PATH else " and ".join(texts[-2:])


def _names(path: Path) -> tuple[str, ...]:
    return tuple(name for _, names in path for name in names)
