"""Python expressions said in a sentence: in the shape of the code while they are short, in words where they are long.

Short is a budget of code tokens (`humans.leak.weight`). Above it the outermost operator is said in a word (`plus`,
`divided by`, `and also`), which breaks the verbatim run, and the parts are said with the same budget.
"""

import ast
import builtins
from collections.abc import Callable, Iterator
from typing import Any

from dulcet.humans.leak import weight

BUILTINS = frozenset(dir(builtins))
"""Names that are Python's, unless the reference gives them to something of its own."""
LONGEST_LABEL = 4
"""Words of a string that still is a name somebody may ask about."""

_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "plus",
    ast.Sub: "minus",
    ast.Mult: "times",
    ast.Div: "divided by",
    ast.FloorDiv: "divided down by",
    ast.Mod: "modulo",
    ast.Pow: "to the power of",
    ast.Gt: "is above",
    ast.GtE: "is at least",
    ast.Lt: "is below",
    ast.LtE: "is at most",
    ast.Eq: "equals",
    ast.NotEq: "is different from",
    ast.In: "is one of",
    ast.NotIn: "is none of",
    ast.Is: "is the same as",
    ast.IsNot: "is not the same as",
}
_CALLS = {
    "sum": "the sum of",
    "max": "the largest of",
    "min": "the smallest of",
    "len": "the number of",
    "abs": "the absolute value of",
    "any": "whether any of",
    "all": "whether all of",
    "int": "the whole number of",
    "set": "the distinct",
    "list": "the list of",
    "reversed": "the reverse of",
}
_TOO_MUCH_LIKE_CODE = (ast.Lambda, ast.comprehension, ast.IfExp, ast.JoinedStr, ast.NamedExpr, ast.Starred)


def code(node: ast.AST) -> str:
    """The expression as code on one line."""
    return " ".join(ast.unparse(node).split())


def target(node: ast.expr) -> str:
    """What is assigned to: `key, value` without brackets."""
    return ", ".join(code(part) for part in node.elts) if isinstance(node, ast.Tuple) else code(node)


def is_short(node: ast.expr, budget: int) -> bool:
    """Whether the expression may be told as it stands."""
    if any(isinstance(part, _TOO_MUCH_LIKE_CODE) for part in ast.walk(node)):
        return False
    return weight(code(node)) <= budget


def say(node: ast.expr, budget: int) -> str:
    """The expression in at most `budget` code tokens at a stretch."""
    if isinstance(node, ast.JoinedStr):
        return _template(node)
    if is_short(node, budget):
        return code(node)
    speaker = _SPEAKERS.get(type(node))
    return speaker(node, budget) if speaker else code(node)


def names_in(*nodes: ast.AST | None) -> tuple[str, ...]:
    """What somebody may call the things in these expressions: variables, keys, attributes, short labels."""
    found: dict[str, None] = {}
    for node in nodes:
        for part in _named_parts(node):
            name = _name(part)
            if name:
                found[name] = None
    return tuple(found)


def _named_parts(node: ast.AST | None) -> Iterator[ast.AST]:
    """All parts of an expression but the texts inside f-strings and expected formats."""
    if node is None or (isinstance(node, ast.FormattedValue) and isinstance(node.value, ast.Constant)):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
            yield from _named_parts(child)


def _name(part: ast.AST) -> str:
    if isinstance(part, ast.Name):
        return part.id
    if isinstance(part, ast.Constant) and isinstance(part.value, str):
        short = 0 < len(part.value.split()) <= LONGEST_LABEL
        return part.value if short and any(letter.isalnum() for letter in part.value) else ""
    return ""


def conjuncts(test: ast.expr) -> tuple[list[ast.expr], str]:
    """The parts of a test and what joins them: 'and', 'or', '' for a single part, 'mixed' for nested ones."""
    if not isinstance(test, ast.BoolOp):
        return [test], ""
    joined = "and" if isinstance(test.op, ast.And) else "or"
    nested = any(isinstance(value, ast.BoolOp) for value in test.values)
    leaves: list[ast.expr] = []
    for value in test.values:
        leaves += conjuncts(value)[0]
    return leaves, "mixed" if nested else joined


def strip_call(node: ast.expr, *names: str) -> ast.expr:
    """The first argument where `node` is a call of one of `names`, else `node`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names and node.args:
        return node.args[0]
    return node


def listed(parts: list[str], last: str = "and") -> str:
    """`a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def _template(node: ast.JoinedStr) -> str:
    pieces = []
    for value in node.values:
        if isinstance(value, ast.FormattedValue):
            style = f":{_inner(value.format_spec)}" if isinstance(value.format_spec, ast.JoinedStr) else ""
            pieces.append("{" + code(value.value) + style + "}")
        elif isinstance(value, ast.Constant):
            pieces.append(str(value.value))
    return '"' + " ".join("".join(pieces).split()) + '"'


def _inner(node: ast.JoinedStr) -> str:
    return "".join(str(value.value) for value in node.values if isinstance(value, ast.Constant))


def _part(node: ast.expr, budget: int) -> str:
    """A side of an operator, in brackets where it is an operator itself and is said in words."""
    text = say(node, budget)
    return f"({text})" if isinstance(node, ast.BinOp | ast.BoolOp | ast.IfExp | ast.Compare) else text


def _bin_op(node: ast.BinOp, budget: int) -> str:
    word = _OPERATORS.get(type(node.op), "combined with")
    return f"{_part(node.left, budget)} {word} {_part(node.right, budget)}"


def _bool_op(node: ast.BoolOp, budget: int) -> str:
    word = " and also " if isinstance(node.op, ast.And) else " or else "
    parts = (f"({say(v, budget)})" if isinstance(v, ast.BoolOp) else say(v, budget) for v in node.values)
    return word.join(parts)


def _compare(node: ast.Compare, budget: int) -> str:
    text = say(node.left, budget)
    for operator, right in zip(node.ops, node.comparators, strict=True):
        text += f" {_OPERATORS[type(operator)]} {say(right, budget)}"
    return text


def _unary(node: ast.UnaryOp, budget: int) -> str:
    inner = say(node.operand, budget)
    return f"not ({inner})" if isinstance(node.op, ast.Not) else f"minus ({inner})"


def _if_exp(node: ast.IfExp, budget: int) -> str:
    return f"{say(node.body, budget)} when {say(node.test, budget)}, otherwise {say(node.orelse, budget)}"


def _call(node: ast.Call, budget: int) -> str:
    arguments = [say(argument, budget) for argument in node.args]
    if isinstance(node.func, ast.Attribute):
        return _method(node, node.func, arguments, budget)
    name = code(node.func)
    if name == "sorted":
        return f"{arguments[0]} {order(node, budget)}"
    if name == "round" and len(arguments) == 2:
        return f"{arguments[0]} rounded to {arguments[1]} decimals"
    if name == "round":
        return f"{arguments[0]} rounded to a whole number"
    key = next((keyword.value for keyword in node.keywords if keyword.arg == "key"), None)
    by = f" by {_key(key, budget)}" if key is not None else ""
    if not arguments:
        return f"{name} of nothing"
    return f"{_CALLS.get(name, f'{name} of')} {listed(arguments)}{by}"


def _method(node: ast.Call, function: ast.Attribute, arguments: list[str], budget: int) -> str:
    owner, name = say(function.value, budget), function.attr
    if name == "get" and len(arguments) == 2:
        return f"{owner} at {arguments[0]}, or {arguments[1]} when it is missing"
    if name == "get" and arguments:
        return f"{owner} at {arguments[0]}"
    if name == "join" and arguments:
        return f"{arguments[0]} joined with {owner}"
    if name == "sort":
        return f"{owner} {order(node, budget)}"
    return f"{owner} with {name} of {listed(arguments)}" if arguments else f"{owner} with {name}"


def order(node: ast.Call, budget: int) -> str:
    """How `sorted(...)` or `.sort(...)` orders: `sorted by item['score'], highest first`."""
    options = {keyword.arg: keyword.value for keyword in node.keywords}
    by = f" by {_key(options['key'], budget)}" if "key" in options else ""
    reverse = options.get("reverse")
    if reverse is None or (isinstance(reverse, ast.Constant) and not reverse.value):
        return f"sorted{by}, lowest first"
    if isinstance(reverse, ast.Constant):
        return f"sorted{by}, highest first"
    return f"sorted{by}, highest first when {say(reverse, budget)}"


def _key(node: ast.expr, budget: int) -> str:
    if isinstance(node, ast.Lambda):
        body = node.body
        parts = body.elts if isinstance(body, ast.Tuple) else [body]
        return ", then ".join(say(part, budget) for part in parts)
    return say(node, budget)


def _comprehension(node: ast.ListComp | ast.SetComp | ast.GeneratorExp, budget: int) -> str:
    return f"{say(node.elt, budget)} {_sources(node.generators, budget)}"


def _dict_comprehension(node: ast.DictComp, budget: int) -> str:
    return f"{say(node.key, budget)} with {say(node.value, budget)} {_sources(node.generators, budget)}"


def _sources(generators: list[ast.comprehension], budget: int) -> str:
    """Where the items come from. The conditions are facts of their own: it only says that there are some."""
    parts = [f"for each {target(g.target)} in {say(g.iter, budget)}" for g in generators]
    return " and ".join(parts) + (" that fits" if any(g.ifs for g in generators) else "")


def _elements(node: ast.List | ast.Tuple | ast.Set, budget: int) -> str:
    return _grouped([say(element, budget) for element in node.elts], budget)


def _grouped(texts: list[str], budget: int) -> str:
    """Texts with commas, and with words wherever the run would get too long."""
    groups: list[list[str]] = [[]]
    room = float(budget)
    for text in texts:
        room -= weight(text)
        if room < 0 and groups[-1]:
            groups.append([])
            room = budget - weight(text)
        groups[-1].append(text)
    return " and also ".join(", ".join(group) for group in groups)


def _dict(node: ast.Dict, budget: int) -> str:
    pairs = zip(node.keys, node.values, strict=True)
    texts = [f"{say(k, budget) if k else 'all of'}: {say(v, budget)}" for k, v in pairs]
    return f"a dictionary with {_grouped(texts, budget)}"


def _subscript(node: ast.Subscript, budget: int) -> str:
    owner, place = say(node.value, budget), node.slice
    if not isinstance(place, ast.Slice):
        return f"{owner} at {say(place, budget)}"
    if place.lower is None and place.upper is not None:
        return f"the first {say(place.upper, budget)} of {owner}"
    if place.upper is None and place.lower is not None:
        return f"{owner} from place {say(place.lower, budget)} on"
    return f"the slice {code(place)} of {owner}"


_SPEAKERS: dict[type[ast.expr], Callable[[Any, int], str]] = {
    ast.BinOp: _bin_op,
    ast.BoolOp: _bool_op,
    ast.Compare: _compare,
    ast.UnaryOp: _unary,
    ast.IfExp: _if_exp,
    ast.Call: _call,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _dict_comprehension,
    ast.List: _elements,
    ast.Tuple: _elements,
    ast.Set: _elements,
    ast.Dict: _dict,
    ast.Subscript: _subscript,
    ast.Lambda: lambda node, budget: _key(node, budget),
    ast.Starred: lambda node, budget: f"all of {say(node.value, budget)}",
}
