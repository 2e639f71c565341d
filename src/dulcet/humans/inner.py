"""Facts inside expressions: tests of comprehensions, orders, roundings, defaults of look-ups, upper and lower case.

Where an expression is short it is told whole, in the shape of the code, and only the *kinds* of question that it
answers are handed back; where it is long, each of these is a fact of its own.
"""

import ast

from dulcet.humans.expressions import code, conjuncts, is_short, names_in, order, say
from dulcet.humans.fact import Fact, fact
from dulcet.humans.leak import weight
from dulcet.humans.shapes import is_order, size

CHUNK_CHARACTERS = 150
"""Most characters of a list or dictionary told in one sentence."""
_CASE = ("lower", "upper", "casefold", "title", "capitalize")


def inside(node: ast.expr, budget: int) -> tuple[list[Fact], tuple[str, ...]]:
    """(facts of their own, the kinds of question that telling `node` itself answers as well)."""
    if is_short(node, budget):
        return [], tuple(dict.fromkeys(kind for part in ast.walk(node) if (kind := _kind(part))))
    own = _own_facts(node, budget)
    found: list[Fact] = []
    also: dict[str, None] = {}
    for child in _children(node):
        facts, kinds = inside(child, budget)
        found += facts
        also.update(dict.fromkeys(kinds))
    first, then = (found, own) if isinstance(node, ast.Subscript) else (own, found)  # sort, then keep the first
    return [*first, *then], tuple(also)


def conditions(test: ast.expr, budget: int, about: tuple[str, ...] = ()) -> list[Fact]:
    """One fact for each part of a test (it concerns `about` as well), and one for how they combine."""
    parts, joined = conjuncts(test)
    found: list[Fact] = []
    for part in parts:
        facts, also = inside(part, budget)
        found += [*facts, fact("condition", (*names_in(part), *about), f"It must be {say(part, budget)}.", also)]
    if joined == "mixed":
        found.append(fact("combination", names_in(test), f"The rule is {say(test, budget)}."))
    elif joined == "and":
        both = "Both" if len(parts) == 2 else "All"
        found.append(fact("combination", names_in(test), f"{both} must hold: use and."))
    elif joined == "or":
        found.append(fact("combination", names_in(test), "One is enough: use or."))
    return found


def collection(target: str, value: ast.expr, budget: int) -> list[Fact]:
    """A literal list, set, tuple or dictionary, told a few entries at a time; empty where it is something else."""
    if not isinstance(value, ast.Dict | ast.List | ast.Set | ast.Tuple) or not size(value):
        return []
    if isinstance(value, ast.Tuple) and not all(isinstance(part, ast.Constant) for part in value.elts):
        return []
    kind = "result" if target == "result" else "collection"
    found: list[Fact] = []
    for texts, nodes in _chunks(value, budget):
        verb = "also holds" if found else "holds"
        found.append(fact(kind, (target, *names_in(*nodes)), f"The {target} {verb} {', '.join(texts)}."))
    return found


def _chunks(value: ast.Dict | ast.List | ast.Set | ast.Tuple, budget: int) -> list[tuple[list[str], list[ast.expr]]]:
    found: list[tuple[list[str], list[ast.expr]]] = []
    room, characters = 0.0, 0
    for text, nodes in _entries(value, budget):
        room, characters = room - weight(text), characters - len(text)
        if not found or room < 0 or characters < 0:
            found.append(([], []))
            room, characters = budget - weight(text), CHUNK_CHARACTERS - len(text)
        found[-1][0].append(text)
        found[-1][1].extend(nodes)
    return found


def _entries(value: ast.Dict | ast.List | ast.Set | ast.Tuple, budget: int) -> list[tuple[str, list[ast.expr]]]:
    if not isinstance(value, ast.Dict):
        return [(say(element, budget), [element]) for element in value.elts]
    pairs = zip(value.keys, value.values, strict=True)
    return [(f"{say(k, budget)}: {say(v, budget)}", [k, v]) for k, v in pairs if k is not None]


def _kind(node: ast.AST) -> str:
    """The kind of question that this part of an expression answers."""
    if not isinstance(node, ast.Call):
        return ""
    if is_order(node):
        return "order"
    if isinstance(node.func, ast.Name):
        return "rounding" if node.func.id in ("round", "int") else ""
    if isinstance(node.func, ast.Attribute):
        if node.func.attr == "get" and len(node.args) == 2:
            return "default"
        return "case" if node.func.attr in _CASE else ""
    return ""


def _children(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        return [node.elt, *(generator.iter for generator in node.generators)]
    if isinstance(node, ast.DictComp):
        return [node.key, node.value, *(generator.iter for generator in node.generators)]
    if isinstance(node, ast.Lambda):
        return [node.body]
    if isinstance(node, ast.Call):
        owner = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        return [*owner, *node.args, *(keyword.value for keyword in node.keywords)]
    return [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]


def _own_facts(node: ast.expr, budget: int) -> list[Fact]:
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
        tests = [(test, names_in(generator.iter)) for generator in node.generators for test in generator.ifs]
        return [found for test, source in tests for found in conditions(test, budget, source)]
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return _first_places(node, node.slice, budget)
    kind = _kind(node)
    if not kind or not isinstance(node, ast.Call):
        return []
    return {"order": _order, "rounding": _rounding, "default": _default, "case": _case}[kind](node, budget)


def _first_places(node: ast.Subscript, places: ast.Slice, budget: int) -> list[Fact]:
    plain = places.lower is None and places.step is None and places.upper is not None
    if not plain or places.upper is None or not is_order(node.value):
        return []
    return [fact("order", names_in(node), f"Keep only the first {say(places.upper, budget)}.")]


def _order(node: ast.Call, budget: int) -> list[Fact]:
    what = node.func.value if isinstance(node.func, ast.Attribute) else node.args[0]
    how = order(node, budget).removeprefix("sorted")
    return [fact("order", names_in(node), f"Sort {say(what, budget)}{how}.")]


def _rounding(node: ast.Call, budget: int) -> list[Fact]:
    if code(node.func) == "int":
        return [fact("rounding", names_in(node), "Cut it to a whole number with int.")]
    places = f"{say(node.args[1], budget)} decimals" if len(node.args) == 2 else "a whole number"
    return [fact("rounding", names_in(node), f"Round it to {places}.")]


def _default(node: ast.Call, budget: int) -> list[Fact]:
    owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    table = collection("table", owner, budget)
    where = "the table" if table else say(owner, budget)
    key, default = (say(argument, budget) for argument in node.args)
    return [*table, fact("default", names_in(node), f"If {key} is not in {where} it is {default}.")]


def _case(node: ast.Call, budget: int) -> list[Fact]:
    owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
    return [fact("case", names_in(owner), f"Use {code(node.func).rsplit('.', 1)[-1]} on {say(owner, budget)}.")]
