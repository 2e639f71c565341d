"""What the person knows: facts read off the reference function's syntax tree, each in one short sentence.

A sentence carries its fact in the shape of the code ("It must be income >= 54."), because a small model must be able to
copy it; what is too long for that is said in words, so that no sentence pastes the reference (`humans.leak`).
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from dulcet.humans import expressions as say_in
from dulcet.humans.expressions import code, conjuncts, names_in, say, strip_call
from dulcet.humans.leak import find_leak, run_limit, weight

BUDGET = 8
"""Most code tokens of an expression that is told as it stands."""
CHUNK_CHARACTERS = 150
"""Most characters of a list or dictionary told in one sentence."""


Rung = tuple[ast.expr, list[ast.stmt]]
"""A test of an if-elif chain and what happens when it holds."""
Path = tuple[tuple[str, tuple[str, ...]], ...]
"""The conditions that lead to a block: each as a clause, with the names in it."""


@dataclass(frozen=True)
class Fact:
    """One thing the person can say."""

    kind: str
    """condition, combination, result, band, default, edge, formula, step, constant, collection, loop, order, rounding,
    case or unused."""
    names: tuple[str, ...]
    """What it is about: arguments, local names, dictionary keys, labels."""
    sentence: str


@lru_cache(maxsize=65536)
def facts(source: str) -> list[Fact]:
    """The facts of a reference function in the order of its code (shared: do not change it); [] if it is not Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return []
    budget = min(BUDGET, run_limit(source) - 2)
    found: dict[str, Fact] = {}
    for tries in (budget, 4, 3, 1):  # said in more words where the first wording pastes too much
        reader = _Reader(tree, tries)
        for fact in reader.read():
            if find_leak(fact.sentence, source) is None:
                found.setdefault(fact.sentence, fact)
            else:
                reader.leaked = True
        if not reader.leaked:
            break
    return list(found.values())


def arguments(source: str) -> tuple[str, ...]:
    """The names of the arguments of the reference's functions."""
    return _arguments(ast.parse(source))


def _arguments(tree: ast.AST) -> tuple[str, ...]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return tuple(dict.fromkeys(name for function in functions for name in _parameters(function)))


def _parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return [argument.arg for argument in every if argument is not None and argument.arg not in ("self", "cls")]


class _Reader:
    """Walks the statements and writes down facts. `path` is the conditions that lead to a block, as clauses."""

    def __init__(self, tree: ast.Module, budget: int) -> None:
        self.tree, self.budget = tree, budget
        self.found: list[Fact] = []
        self.leaked = False
        self.result = "result"
        self.changed = _changed(tree)
        self.choices = sum(isinstance(node, ast.If | ast.IfExp) for node in ast.walk(tree))

    def read(self) -> list[Fact]:
        top = [node for node in self.tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        for function in top:
            self.function(function, "result" if function is top[0] else function.name)
        self.result = "result"
        self.block([node for node in self.tree.body if node not in top], ())
        return self.found

    def add(self, kind: str, names: Sequence[str], sentence: str) -> None:
        sentence = " ".join(sentence.split())
        self.found.append(Fact(kind, tuple(dict.fromkeys(names)), sentence[:1].upper() + sentence[1:]))

    def say(self, node: ast.expr) -> str:
        return say(node, self.budget)

    # functions

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, result: str) -> None:
        outer, self.result = self.result, result
        self.block([part for part in node.body if not isinstance(part, ast.Expr | ast.Pass) or _is_call(part)], ())
        used = {part.id for statement in node.body for part in ast.walk(statement) if isinstance(part, ast.Name)}
        for name in _parameters(node):
            if name not in used:
                self.add("unused", [name], f"No, {name} does not matter.")
        self.defaults(node)
        self.result = outer

    def defaults(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        names = [argument.arg for argument in [*node.args.posonlyargs, *node.args.args]]
        for name, default in zip(reversed(names), reversed(node.args.defaults), strict=False):
            if not self.collection(name, default):
                self.add("default", [name], f"If it is not given, {name} is {self.say(default)}.")

    # blocks

    def block(self, statements: Sequence[ast.stmt], path: Path) -> None:
        at = 0
        while at < len(statements):
            statement = _as_if(statements[at])
            if isinstance(statement, ast.If):
                rungs, otherwise, at = _ladder(statement, statements, at)
                self.ladder(rungs, otherwise, path)
            else:
                self.statement(statement, path)
                at += 1

    def statement(self, node: ast.stmt, path: Path) -> None:
        match node:
            case ast.For() | ast.AsyncFor():
                self.side_facts(node.iter)
                text = f"It goes through {say_in.target(node.target)} in {self.say(node.iter)}."
                self.add("loop", names_in(node.target, node.iter), text)
                self.block([*node.body, *node.orelse], path)
            case ast.While():
                self.add("loop", names_in(node.test), f"It goes on while {self.say(node.test)}.")
                self.block(node.body, path)
            case ast.With() | ast.AsyncWith():
                self.block(node.body, path)
            case ast.Try():
                self.attempt(node, path)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.function(node, node.name)
            case ast.ClassDef():
                self.block(node.body, path)
            case _:
                self.simple(node, path)

    def attempt(self, node: ast.Try, path: Path) -> None:
        self.block([*node.body, *node.orelse, *node.finalbody], path)
        for handler in node.handlers:
            error = code(handler.type) if handler.type is not None else "any error"
            for statement in handler.body:
                if (effect := self.effect(statement)) is not None:
                    self.add("edge", [*names_in(statement), error], f"If that fails with {error} {effect}.")

    # choices

    def ladder(self, rungs: list[Rung], otherwise: list[ast.stmt], path: Path) -> None:
        while rungs and (len(rungs) > 1 or not _two_labels(rungs[0][1], otherwise)) and _is_edge(*rungs[0]):
            self.rung(*rungs.pop(0), path, edge=True)
        labels = len(rungs) == 1 and not path and _two_labels(rungs[0][1], otherwise)
        if labels and (self.choices == 1 or isinstance(otherwise[0], ast.Return)):
            return self.decision(rungs[0][0], rungs[0][1][0], otherwise[0])
        for test, body in rungs:
            self.rung(test, body, path)
        if otherwise:
            self.otherwise(rungs, otherwise, path)
        return None

    def decision(self, test: ast.expr, then: ast.stmt, otherwise: ast.stmt) -> None:
        """One test between two labels: each part of the test, how they combine, and the labels are facts apart."""
        self.test(test)
        first, second = _expression(then), _expression(otherwise)
        if isinstance(then, ast.Assign):
            subject = f"the {code(then.targets[0])} is"
        else:
            subject = "it returns" if self.result == "result" else f"the {self.result} is"
        self.add("result", names_in(then, otherwise), f"{subject} {self.say(first)}, otherwise {self.say(second)}.")

    def test(self, test: ast.expr) -> None:
        parts, joined = conjuncts(test)
        for part in parts:
            self.side_facts(part)
            self.add("condition", names_in(part), f"It must be {self.say(part)}.")
        both = "Both" if len(parts) == 2 else "All"
        if joined == "mixed":
            self.add("combination", names_in(test), f"The rule is {self.say(test)}.")
        elif joined:
            sentence = f"{both} must hold: use and." if joined == "and" else "One is enough: use or."
            self.add("combination", names_in(test), sentence)

    def rung(self, test: ast.expr, body: list[ast.stmt], path: Path, *, edge: bool = False) -> None:
        self.side_facts(test)
        self.branch((*path, (self.say(test), names_in(test))), body, "edge" if edge else "band")

    def otherwise(self, rungs: list[Rung], body: list[ast.stmt], path: Path) -> None:
        clause = self.clause_otherwise(rungs)
        self.branch((*path, clause), body, "default", otherwise=not path)

    def clause_otherwise(self, rungs: list[Rung]) -> tuple[str, tuple[str, ...]]:
        text = f"not ({self.say(rungs[0][0])})" if len(rungs) == 1 else "none of these cases fits"
        return text, names_in(*(test for test, _ in rungs))

    def branch(self, path: Path, body: list[ast.stmt], kind: str, *, otherwise: bool = False) -> None:
        """What happens when the clauses of `path` hold; `otherwise`: they are all the cases that came before."""
        start = "Otherwise" if otherwise else f"If {_clauses(path)}"
        rest: list[ast.stmt] = []
        for statement in body:
            effect = None if _is_choice(statement) else self.effect(statement)
            if effect is None:
                rest.append(statement)
                continue
            self.side_facts(statement)
            self.add(kind, (*_names(path), *names_in(statement)), f"{start} {effect}.")
        self.block(rest, path)

    def effect(self, node: ast.stmt) -> str | None:
        """What a simple statement does, as the second half of a sentence."""
        match node:
            case ast.Return():
                subject = "it" if self.result == "result" else self.result
                return f"{subject} is {self.say(node.value) if node.value is not None else 'None'}"
            case ast.Assign(targets=[target]):
                return f"{say_in.target(target)} is {self.say(node.value)}"
            case ast.AnnAssign(value=ast.expr() as value):
                return f"{code(node.target)} is {self.say(value)}"
            case ast.AugAssign():
                return _augment(node.op, code(node.target), self.say(node.value))
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="append" | "add" as verb, value=owner), args=[item])):
                return f"{verb} {self.say(item)} to {self.say(owner)}"
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="extend", value=owner), args=[item])):
                return f"extend {self.say(owner)} with {self.say(item)}"
            case ast.Expr(value=ast.Call()):
                return f"it does {self.say(node.value)}"
            case ast.Raise():
                return f"it raises {code(node.exc) if node.exc is not None else 'the error'}"
            case ast.Continue():
                return "it is skipped"
            case ast.Break():
                return "it stops"
        return None

    # simple statements

    def simple(self, node: ast.stmt, path: Path) -> None:
        value = _value(node)
        if path or value is None or isinstance(node, ast.AugAssign | ast.Expr):
            if (effect := self.effect(node)) is not None:
                self.side_facts(node)
                start = f"If {_clauses(path)} " if path else ""
                self.add("step", (*_names(path), *names_in(node)), f"{start}{effect}.")
            return
        if isinstance(node, ast.Return):
            self.value("result", self.result, value, names_in(value))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            self.value("formula", say_in.target(target), value, names_in(target, value))

    def value(self, kind: str, target: str, value: ast.expr, names: tuple[str, ...]) -> None:
        """`target` (or the result) is `value`."""
        if kind == "result" and self.result == "result" and isinstance(value, ast.Compare | ast.BoolOp):
            self.test(value)
            return self.add("result", ("True", "False"), "It returns True, otherwise False.")
        self.side_facts(value)
        inner = strip_call(value, "round")
        if self.collection(target, inner) or (_is_order(inner) and self.order_told):
            return None
        if isinstance(inner, ast.Constant) or (isinstance(inner, ast.List | ast.Dict | ast.Set) and not _size(inner)):
            started = target in self.changed
            if kind == "result" and self.found:
                return self.add("default", names, f"Otherwise it is {self.say(inner)}.")
            return self.add("constant", names, f"The {target} {'starts at' if started else 'is'} {self.say(inner)}.")
        if isinstance(inner, ast.Name) and kind == "result":
            return self.add(kind, names, f"It returns {inner.id}.")
        terms = _terms(inner)
        if len(terms) > 1 and weight(code(inner)) > self.budget:
            return self.terms(kind, "the result" if target == "result" else target, terms)
        return self.add(kind, names, f"The {target} is {self.say(inner)}.")

    def terms(self, kind: str, target: str, terms: list[tuple[bool, ast.expr]]) -> None:
        """A long sum, one fact a term."""
        for plus, term in terms:
            text = f"Add {self.say(term)} to {target}." if plus else f"Subtract {self.say(term)} from {target}."
            self.add(kind, (*names_in(term), target), text)

    def collection(self, target: str, value: ast.expr) -> bool:
        """A literal list, set, tuple or dictionary, told a few entries at a time. Returns whether it was one."""
        if not isinstance(value, ast.Dict | ast.List | ast.Set | ast.Tuple) or not _size(value):
            return False
        if isinstance(value, ast.Tuple) and not all(isinstance(part, ast.Constant) for part in value.elts):
            return False
        verb = "holds"
        for texts, nodes in self.chunks(value):
            kind = "result" if target == "result" else "collection"
            self.add(kind, (target, *names_in(*nodes)), f"The {target} {verb} {', '.join(texts)}.")
            verb = "also holds"
        return True

    def chunks(self, value: ast.Dict | ast.List | ast.Set | ast.Tuple) -> list[tuple[list[str], list[ast.expr]]]:
        found: list[tuple[list[str], list[ast.expr]]] = []
        room, characters = 0.0, 0
        for text, nodes in self.entries(value):
            room, characters = room - weight(text), characters - len(text)
            if not found or room < 0 or characters < 0:
                found.append(([], []))
                room, characters = self.budget - weight(text), CHUNK_CHARACTERS - len(text)
            found[-1][0].append(text)
            found[-1][1].extend(nodes)
        return found

    def entries(self, value: ast.Dict | ast.List | ast.Set | ast.Tuple) -> list[tuple[str, list[ast.expr]]]:
        if not isinstance(value, ast.Dict):
            return [(self.say(element), [element]) for element in value.elts]
        pairs = zip(value.keys, value.values, strict=True)
        return [(f"{self.say(k)}: {self.say(v)}", [k, v]) for k, v in pairs if k is not None]

    # facts inside expressions

    def side_facts(self, *nodes: ast.AST) -> None:
        """Conditions of comprehensions, orders, roundings, defaults of look-ups and treatment of case."""
        self.order_told = False
        for node in nodes:
            for part in ast.walk(node):
                if isinstance(part, ast.comprehension):
                    for test in part.ifs:
                        self.test(test)
                elif isinstance(part, ast.Call):
                    self.call_facts(part)
                elif isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Slice):
                    self.slice_fact(part.slice, names_in(part))

    def slice_fact(self, node: ast.Slice, names: tuple[str, ...]) -> None:
        if (
            node.lower is None
            and node.upper is not None
            and node.step is None
            and not isinstance(node.upper, ast.UnaryOp)
        ):
            self.add("order", names, f"Keep only the first {self.say(node.upper)}.")

    def call_facts(self, node: ast.Call) -> None:
        if _is_order(node):
            self.order_told = True
            what = node.func.value if isinstance(node.func, ast.Attribute) else node.args[0]
            how = say_in.order(node, self.budget).removeprefix("sorted")
            self.add("order", names_in(node), f"Sort {self.say(what)}{how}.")
        elif isinstance(node.func, ast.Name) and node.func.id == "round" and node.args:
            places = f"{self.say(node.args[1])} decimals" if len(node.args) == 2 else "a whole number"
            self.add("rounding", names_in(node), f"Round it to {places}.")
        elif isinstance(node.func, ast.Name) and node.func.id == "int" and node.args:
            self.add("rounding", names_in(node), "Cut it to a whole number with int.")
        elif isinstance(node.func, ast.Attribute):
            self.method_facts(node, node.func)

    def method_facts(self, node: ast.Call, function: ast.Attribute) -> None:
        owner = function.value
        if function.attr == "get" and len(node.args) == 2:
            if isinstance(owner, ast.Dict):
                self.collection("table", owner)
            where = "the table" if isinstance(owner, ast.Dict) else self.say(owner)
            key, default = (self.say(argument) for argument in node.args)
            self.add("default", names_in(node), f"If {key} is not in {where} it is {default}.")
        elif function.attr in ("lower", "upper", "casefold"):
            self.add("case", names_in(owner), f"Case does not count: use {self.say(owner)}.{function.attr}().")


def _clauses(path: Path) -> str:
    """The clauses that lead to a statement; only the innermost two where they are long."""
    texts = [text for text, _ in path]
    whole = " and ".join(texts)
    return whole if len(whole) <= CHUNK_CHARACTERS else " and ".join(texts[-2:])


def _names(path: Path) -> tuple[str, ...]:
    return tuple(name for _, names in path for name in names)


def _as_if(node: ast.stmt) -> ast.stmt:
    """`return a if test else b` and `x = a if test else b` as if-statements."""
    value = _value(node)
    if not isinstance(value, ast.IfExp) or not isinstance(node, ast.Return | ast.Assign):
        return node
    branches: list[list[ast.stmt]] = []
    for side in (value.body, value.orelse):
        branch = ast.Return(side) if isinstance(node, ast.Return) else ast.Assign(node.targets, side)
        branches.append([ast.fix_missing_locations(ast.copy_location(branch, node))])
    return ast.copy_location(ast.If(value.test, branches[0], branches[1]), node)


def _ladder(node: ast.If, statements: Sequence[ast.stmt], at: int) -> tuple[list[Rung], list[ast.stmt], int]:
    """All rungs of an if-elif chain, also where it goes on as `if ...: return`, `if ...: return`, `return`."""
    rungs: list[Rung] = []
    while True:
        rungs.append((node.test, node.body))
        otherwise = [_as_if(part) for part in node.orelse]
        if len(otherwise) == 1 and isinstance(otherwise[0], ast.If):
            node = otherwise[0]
            continue
        at += 1
        if otherwise or at >= len(statements) or not all(_ends(body) for _, body in rungs):
            return rungs, otherwise, at
        following = _as_if(statements[at])
        if isinstance(following, ast.If):
            node = following
        elif isinstance(following, ast.Return):
            return rungs, [following], at + 1
        else:
            return rungs, [], at


def _ends(body: list[ast.stmt]) -> bool:
    return isinstance(body[-1], ast.Return | ast.Raise)


def _value(node: ast.stmt) -> ast.expr | None:
    return node.value if isinstance(node, ast.Return | ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr) else None


def _expression(node: ast.stmt) -> ast.expr:
    value = _value(node)
    return ast.Constant(None) if value is None else value


def _two_labels(then: list[ast.stmt], otherwise: list[ast.stmt]) -> bool:
    """Whether both branches do nothing but return, or assign to the same name, a constant."""
    if len(then) != 1 or len(otherwise) != 1 or type(then[0]) is not type(otherwise[0]):
        return False
    first, second = then[0], otherwise[0]
    if isinstance(first, ast.Assign) and isinstance(second, ast.Assign):
        if [code(target) for target in first.targets] != [code(target) for target in second.targets]:
            return False
    elif not isinstance(first, ast.Return):
        return False
    return all(_is_constant(_value(branch)) for branch in (first, second))


def _is_constant(node: ast.AST | None) -> bool:
    if isinstance(node, ast.UnaryOp):
        return _is_constant(node.operand)
    return isinstance(node, ast.Constant)


def _is_edge(test: ast.expr, body: list[ast.stmt]) -> bool:
    """Whether a guard looks at nothing, zero, a wrong type or a negative number before the work begins."""
    if not _ends(body):
        return False
    if isinstance(body[-1], ast.Raise):
        return True
    parts, _ = conjuncts(test)
    return any(_is_empty_test(part) for part in parts)


def _is_empty_test(test: ast.expr) -> bool:
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


def _is_choice(node: ast.stmt) -> bool:
    return isinstance(_as_if(node), ast.If)


def _is_call(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant)


def _is_order(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        return node.func.attr == "sort"
    return isinstance(node.func, ast.Name) and node.func.id == "sorted" and bool(node.args)


def _size(node: ast.expr) -> int:
    return len(node.keys) if isinstance(node, ast.Dict) else len(getattr(node, "elts", ()))


def _terms(node: ast.expr, *, plus: bool = True) -> list[tuple[bool, ast.expr]]:
    """The terms of a sum with their signs."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        right = plus if isinstance(node.op, ast.Add) else not plus
        return [*_terms(node.left, plus=plus), *_terms(node.right, plus=right)]
    return [(plus, node)]


def _augment(operator: ast.operator, target: str, value: str) -> str:
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


def _changed(tree: ast.AST) -> set[str]:
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
