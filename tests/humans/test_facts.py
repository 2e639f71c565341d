import ast

import pytest

from dulcet.humans.facts import Fact, arguments, facts
from dulcet.humans.leak import find_leak
from tests.humans import references as known


def said(source):
    return [fact.sentence for fact in facts(source)]


def test_a_decision_is_told_in_the_shape_of_the_code():
    assert facts(known.APPROVE) == [
        Fact("condition", ("income",), "It must be income >= 54."),
        Fact("condition", ("age",), "It must be age < 30."),
        Fact("combination", ("income", "age"), "Both must hold: use and."),
        Fact("result", ("approved", "denied"), "It returns 'approved', otherwise 'denied'."),
        Fact("unused", ("region",), "No, region does not matter."),
    ]


EXACT = {
    "tiers": [
        "If score >= 80 it is 'gold'.",
        "If score >= 60 it is 'silver'.",
        "If score >= 40 it is 'bronze'.",
        "Otherwise it is 'none'.",
        "No, bonus does not matter.",
    ],
    "points": [
        "The points starts at 0.",
        "If a > 5 add 2 to points.",
        "If grade == 'x' add 3 to points.",
        "It must be points >= 4.",
        "It returns 'yes', otherwise 'no'.",
        "No, c does not matter.",
    ],
    "fee": [
        "The fee is 20 + 3 * max(0, weight - 10).",
        "If zone == 'far' add 5 to fee.",
        "It returns fee.",
    ],
    "discount": [
        "The discount is min(30, years * 5).",
        "The total is price - discount.",
        "The result is round(total, 2).",
    ],
    "select": [
        "It must be item['price'] > 3.",
        "It must be item['stock'] >= 1.",
        "Both must hold: use and.",
        "The result is item['name'] for each item in items that fits.",
    ],
    "lookup": [
        "The rates holds 'DE': 3, 'FR': 5.",
        "The rate is rates.get(country, 2).",
        "The result is rate * amount.",
    ],
    "rank": [
        "Sort players by p['score'], highest first.",
        "The result is p['name'] for each p in ranked[:k].",
    ],
    "ratio": ["If count == 0 it is 0.", "The result is 100 * total // count."],
    "window": [
        "It must be 9 <= hour < 18.",
        "It must be day == 'sun'.",
        "One is enough: use or.",
        "It returns True, otherwise False.",
    ],
    "label": [
        'If count > 1 it is "{name} ({count} pieces, please handle with care)".',
        "Otherwise it is name.strip().upper().",
    ],
    "one_liner": ["The result is (total_miles / total_minutes) times 60."],
}


@pytest.mark.parametrize("name", EXACT)
def test_sentences_of_each_kind_of_rule(name):
    assert said(known.ALL[name]) == EXACT[name]


def test_a_sentence_answers_several_kinds_of_question_when_it_shows_them_all():
    (order,) = [fact for fact in facts(known.DISCOUNT) if fact.kind == "result"]
    assert order.also == ("rounding",)
    assert next(fact for fact in facts(known.LOOKUP) if fact.kind == "formula").also == ("default",)


def test_nested_choices_carry_all_that_leads_to_them():
    source = """def pick(rich, old, kind):
    if rich:
        if old:
            return 'a'
        else:
            return 'b'
    elif kind == 'x':
        return 'c'
    else:
        return 'd'
"""
    assert said(source) == [
        "If rich and old it is 'a'.",
        "If rich and not (old) it is 'b'.",
        "If kind == 'x' it is 'c'.",
        "Otherwise it is 'd'.",
    ]


def test_mixed_conditions_tell_the_whole_rule():
    source = "def f(a, b, c, d):\n    x = d + 1\n    if a > 1 and (b or c):\n        return 'p'\n    return str(x)\n"
    assert "If a > 1 and (b or c) it is 'p'." in said(source)
    source = source.replace("return str(x)", "return 'q'")
    assert "The rule is a > 1 and (b or c)." in said(source)


def test_a_long_sum_is_told_term_by_term():
    source = "def f(a, b, c):\n    total = 0.4 * a + 0.3 * b - 0.2 * (1 - c / 3600)\n    return total\n"
    assert said(source)[:3] == [
        "Add 0.4 * a to total.",
        "Add 0.3 * b to total.",
        "Subtract 0.2 * (1 - c / 3600) from total.",
    ]


def test_a_long_table_is_told_a_few_entries_at_a_time():
    entries = ", ".join(f"'key{i}': {i}" for i in range(9))
    source = f"def f(k):\n    table = {{{entries}}}\n    return table[k]\n"
    told = [fact for fact in facts(source) if fact.kind == "collection"]
    assert told[0].sentence == "The table holds 'key0': 0, 'key1': 1, 'key2': 2, 'key3': 3."
    assert told[1].sentence.startswith("The table also holds 'key4': 4")
    assert told[2].names == ("table", "key8")


def test_loops_errors_and_defaults():
    source = '''def f(items, limit=3):
    """Adds up."""
    total = 0
    for item in items:
        if item is None:
            continue
        total += int(item)
    if total < 0:
        raise ValueError('negative')
    try:
        total = total / limit
    except ZeroDivisionError:
        total = None
    return total
'''
    assert said(source) == [
        "The total starts at 0.",
        "It goes through item in items.",
        "If item is None it is skipped.",
        "Add int(item) to total.",
        "If total < 0 it raises ValueError('negative').",
        "The total is total / limit.",
        "If that fails with ZeroDivisionError total is None.",
        "It returns total.",
        "If it is not given, limit is 3.",
    ]


def test_an_argument_may_have_a_name_that_python_has_too():
    source = "def f(credits, id):\n    if credits > 5:\n        return id\n    return 0\n"
    assert facts(source)[0].names == ("credits", "id")


def test_arguments():
    assert arguments("def f(a, *b, c=1, **d): pass") == ("a", "c", "b", "d")
    assert arguments("not python (") == ()


def test_what_is_not_python_has_no_facts():
    assert facts("<html><body>Hello</body></html>") == []


@pytest.mark.parametrize("name", known.ALL)
def test_no_sentence_leaks_or_is_code(name):
    source = known.ALL[name]
    for fact in facts(source):
        assert find_leak(fact.sentence, source) is None
        assert "\n" not in fact.sentence
        with pytest.raises(SyntaxError):
            ast.parse(fact.sentence)
