import asyncio

import pytest

from dulcet.humans.guard import NEUTRAL, Reply, cut, guarded_reply, redact
from dulcet.humans.leak import find_leak, run_limit, weight
from dulcet.task import Task
from tests.humans import references as known

LONG = """def bill(usage, plan, months):
    base = 12 if plan == 'home' else 30
    extra = max(0, usage - 250) * 0.4
    total = (base + extra) * months
    if months >= 12:
        total = total * 0.9
    return round(total, 2)
"""
MESSAGES = [{"role": "user", "content": "Help."}, {"role": "assistant", "content": "Which rule?"}]


@pytest.mark.parametrize(
    "reply",
    [
        "It must be income >= 54.",
        "It must be income >= 54. It must be age < 30.",
        "If income is at least 54 and the age is below 30, they are approved.",
        "Both must hold: use and.",
        "It returns 'approved', otherwise 'denied'.",
        "The income has to be 54 or more, and they must be younger than 30.",
        "Return the word approved, please.",
        "If it is empty, nothing happens.",
        "For each item, I add the price: that is all.",
        "The import of goods is taxed; the class of the goods does not matter.",
        "While we are at it: no.",
        "From what I know, it depends: 10 % at first, 20 % later.",
        "I'd say x = 5.",
        "The rate is 5 % = low.",
    ],
)
def test_what_a_person_says_passes(reply):
    assert find_leak(reply, known.APPROVE) is None


CODE = [
    "```python\nincome >= 54\n```",
    "Sure! ```\nanything at all",
    "def approve(income, age, region):",
    "Sure: def approve(income): and so on",
    "    if income >= 54 and age < 30:",
    "IF INCOME >= 1:",
    "1. if x > 3:\n2.   y",
    "elif x:",
    "else:",
    "ELSE: nothing",
    "while True:",
    "for item in items:",
    "try:",
    "import math",
    "from math import sqrt",
    "class Person:",
    "return a + b",
    "    return 'approved'",
    "12 return a + b",
    ">>> return max(a, b)",
    "It is: return a",
    "lambda x: x + 1",
    "Use key=lambda p: p['score'].",
    "total = a + b",
    "  total += 3",
    "rates['DE'] = 3",
    "a, b = 1, 2",
    "`total = 0`",
    "if x > 3: total = 5",
]


@pytest.mark.parametrize("reply", CODE)
def test_code_leaks_whatever_the_reference(reply):
    part = find_leak(f"Well.\n{reply}", "def f(q):\n    return q\n")
    assert part
    assert part in f"Well.\n{reply}"


BODY = "\n".join(LONG.splitlines()[1:4])


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        str.upper,
        lambda text: " ".join(text.split()),
        lambda text: text.replace("=", " = ").replace("(", " ( "),
        lambda text: "\n".join(f"{n} {line}" for n, line in enumerate(text.splitlines(), 1)),
        lambda text: "\n".join(f"{n}: {line}" for n, line in enumerate(text.splitlines(), 1)),
        lambda text: text.replace("'", '"'),
    ],
)
def test_a_pasted_body_leaks_whatever_its_looks(change):
    assert find_leak(change(BODY), LONG)
    flat = "It is like this, you see, " + " ".join(change(BODY).split())
    assert find_leak(flat, LONG)


def test_line_numbers_do_not_hide_a_run():
    numbered = "so\n7 max(0, usage - 250)\n8 * 0.4 total = (base + extra) * months, as I said"
    assert find_leak(numbered, LONG)


def test_the_body_of_a_one_liner_leaks_but_a_part_does_not():
    assert find_leak("It is (total_miles / total_minutes) * 60, I think.", known.ONE_LINER)
    assert find_leak("It is total_miles / total_minutes * 60.", known.ONE_LINER)
    assert find_leak("It is total_miles / total_minutes times 60.", known.ONE_LINER) is None


def test_the_limit_follows_the_length_of_the_body():
    assert run_limit(LONG) == 12
    assert run_limit(known.ONE_LINER) == 5
    assert run_limit("def f(a, b):\n    return a - b\n") == 4


def test_a_body_of_a_few_tokens_leaks_whole_with_its_return():
    source = "def f(birth_year, death_year):\n    return death_year - birth_year\n"
    assert find_leak("The result is death_year - birth_year.", source) is None
    assert find_leak("Well, you just return death_year - birth_year there.", source)


def test_a_label_counts_as_one_token_however_long():
    assert weight("'not enough space in the tube'") == 1
    assert weight("a + f(b, 'x y')") == 5
    label = "There is not enough space in the tube for all of these spheres"
    source = f"def f(a):\n    if a > 4:\n        return '{label}'\n    return 'loaded {{a}} into the tube'\n"
    assert find_leak(f"If a > 4 it is '{label}'.", source) is None


def test_signature_comments_and_docstring_are_no_secrets():
    text = "Adds up all that it is given by the one who calls."
    source = f'def f(a, b, c, d, e, g, h, i, j, k, l, m):\n    """{text}"""\n    # as they are\n    return a\n'
    assert find_leak(text, source) is None
    assert find_leak("The arguments are a, b, c, d, e, g, h, i, j, k, l, m.", source) is None


def test_a_reference_that_is_not_python_is_compared_as_text():
    page = "<html><body><h1>Hello</h1><p>One two three four five six seven eight nine ten</p></body></html>"
    assert find_leak("one two three four five six seven eight nine ten, with p", page) is None
    assert find_leak(page, page)


def test_cut_at_a_word_boundary():
    assert cut("short text ") == "short text"
    assert cut("one two three", limit=8) == "one two"
    assert cut("one two three", limit=7) == "one two"
    assert cut("x" * 20, limit=8) == "x" * 8
    assert len(cut("word " * 200)) <= 400


class Replies:
    """A person that says one thing after the other, and keeps the seeds it was asked with."""

    def __init__(self, *replies):
        self.identity = {"kind": "test"}
        self.replies, self.seeds = list(replies), []

    async def reply(self, task, messages, *, seed):
        self.seeds.append(seed)
        return self.replies[min(len(self.seeds), len(self.replies)) - 1]


def guard(person, **options):
    task = Task(id="t", prompt="Help.", hidden=LONG)
    return asyncio.run(guarded_reply(person, task, MESSAGES, seed=7, **options))


def test_a_clean_reply_is_asked_once():
    person = Replies("The base is 12 at home.")
    assert guard(person) == Reply("The base is 12 at home.", leaks=0, redacted=False)
    assert person.seeds == [7]


def test_a_leaking_reply_is_asked_again_with_another_seed():
    person = Replies(LONG, "Twelve months and more get a discount.")
    assert guard(person) == Reply("Twelve months and more get a discount.", leaks=1, redacted=False)
    assert person.seeds[0] == 7
    assert len(set(person.seeds)) == 2


def test_a_reply_that_leaks_for_ever_is_redacted_and_every_leak_counted():
    person = Replies(f"Gladly, here is all of it:\n```python\n{LONG}```\nI hope that helps you.")
    reply = guard(person)
    assert reply == Reply("Gladly, here is all of it: I hope that helps you.", leaks=3, redacted=True)
    assert len(set(person.seeds)) == 3
    assert guard(Replies(LONG), retries=0) == Reply(NEUTRAL, leaks=1, redacted=True)


def test_what_leaks_after_the_cut_is_a_leak_too():
    person = Replies("word " * 100 + f"\n```{LONG}```", "Fine.")
    assert guard(person) == Reply("Fine.", leaks=1)


def test_a_long_reply_is_cut():
    assert len(guard(Replies("many words " * 100)).text) <= 400
    assert guard(Replies("one two three"), limit=8).text == "one two"


@pytest.mark.parametrize("reply", [*CODE, LONG, BODY, known.ONE_LINER])
def test_nothing_that_was_redacted_leaks(reply):
    assert find_leak(redact(f"Yes.\n{reply}\nAnd that is all of it.", LONG, find_leak), LONG) is None
