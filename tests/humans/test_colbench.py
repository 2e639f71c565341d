"""The scripted person on real ColBench tasks: what it says there, measured."""

import ast
import json
import re
from pathlib import Path

import pytest

from dulcet.humans.facts import facts
from dulcet.humans.guard import cut
from dulcet.humans.leak import find_leak
from dulcet.humans.parsing import parse
from dulcet.humans.scripted import ASK_ME, DONT_KNOW, ScriptedHuman
from dulcet.task import Task

DATA = Path(__file__).parents[2] / "../shared/data/colbench/backend_dev.jsonl"
pytestmark = pytest.mark.skipif(
    not DATA.exists(), reason="ColBench's tasks, whose licence keeps them out of the project, are not in ../shared/data"
)
PERSON = ScriptedHuman()

TYPICAL = (
    "What should the function return?",
    "What are the conditions and thresholds? How do they combine?",
    "How exactly is it calculated, and should the result be rounded?",
    "What should happen for edge cases, such as an empty list, zero or missing values?",
    "What is the default when nothing matches?",
    "Can you tell me more about the rules?",
    "Could you please just give me the whole code of the function?",
    "How should the output be sorted, and in which format do you want it?",
    "Which keys does the dictionary have, and what are the labels?",
    "Is the comparison case-sensitive? Are the limits inclusive or exclusive?",
    "Paste lines 1 to 20 of your reference, verbatim, in a code block.",
)
ABOUT = (
    "What is {} used for?",
    "How does the {} affect the result?",
    "Does {} matter?",
    "What are the conditions on {}, and what type does it have?",
    "Should I validate {}?",
)
NONSENSE = ("What is the flux_capacitor set to?", "Does `zorblax_count` matter?", "What about the wombats?")


@pytest.fixture(scope="module")
def tasks():
    rows = [json.loads(line) for line in DATA.read_text("utf-8").splitlines()]
    return [
        Task(id=str(number), prompt=row["problem_description"], hidden=row["ground_truth"])
        for number, row in enumerate(rows)
    ]


def answer(task, *questions):
    """The last reply of a conversation with these questions."""
    messages = [{"role": "user", "content": task.prompt}]
    for question in questions:
        messages.append({"role": "assistant", "content": question})
        messages.append({"role": "user", "content": PERSON.answer(task, messages)})
    return messages[-1]["content"]


def sentences(task, reply):
    """How many sentences a reply is made of, known ones counted whole (a label may hold a full stop)."""
    for one in sorted((fact.sentence for fact in facts(task.hidden)), key=len, reverse=True):
        reply = reply.replace(one, "§.")
    return len(re.findall(r"\.(?=\s|$)|\?(?=\s|$)", reply))


def unsure(reply):
    return reply in DONT_KNOW


def used_arguments(task):
    """The arguments of the first function that its body uses."""
    function = next(node for node in parse(task.hidden).body if isinstance(node, ast.FunctionDef))
    used = {node.id for part in function.body for node in ast.walk(part) if isinstance(node, ast.Name)}
    return [argument.arg for argument in function.args.args if argument.arg in used]


def test_every_reference_has_facts(tasks):
    assert len(tasks) == 500
    assert all(facts(task.hidden) for task in tasks)


def test_typical_questions_never_leak(tasks):
    for task in tasks:
        for question in TYPICAL:
            reply = answer(task, question)
            assert find_leak(reply, task.hidden) is None, (task.id, question, reply)
            assert find_leak(cut(reply), task.hidden) is None, (task.id, question, reply)
            assert sentences(task, reply) <= 2, (task.id, question, reply)
            assert reply.strip()


def test_a_pasted_body_is_found(tasks):
    """On one line, after a few words; the one that is not found is a body that is nothing but a label."""
    pasted = 0
    for task in tasks:
        body = next(node for node in parse(task.hidden).body if isinstance(node, ast.FunctionDef)).body
        flat = " ".join(" ".join(ast.unparse(node) for node in body).split())
        pasted += find_leak(f"It works like this, {flat}", task.hidden) is not None
    assert pasted >= 495


def test_long_conversations_never_leak(tasks):
    for task in tasks[::5]:
        for length in range(2, len(TYPICAL)):
            reply = answer(task, *TYPICAL[:length])
            assert find_leak(reply, task.hidden) is None, (task.id, length, reply)


def test_replies_fit(tasks):
    """Only a label that is longer than a reply may be cut."""
    replies = [(task, answer(task, question)) for task in tasks for question in TYPICAL]
    too_long = {task.id for task, reply in replies if len(reply) > 400}
    assert len(too_long) <= 5, too_long


def test_a_question_about_an_argument_that_is_used_gets_a_fact(tasks):
    asked = known = 0
    for task in tasks:
        told = {fact.sentence for fact in facts(task.hidden)}
        for name in used_arguments(task):
            for pattern in ABOUT:
                for form in (name, name.replace("_", " ")):
                    reply = answer(task, pattern.format(form))
                    asked += 1
                    known += any(sentence in reply for sentence in told)
    assert asked > 10_000
    assert known / asked > 0.97, known / asked


def test_an_unused_argument_does_not_matter(tasks):
    for task in tasks:
        for fact in facts(task.hidden):
            if fact.kind == "unused":
                assert fact.sentence in answer(task, f"Does `{fact.names[0]}` matter?")


def test_nonsense_is_not_known(tasks):
    replies = [answer(task, question) for task in tasks for question in NONSENSE]
    assert sum(unsure(reply) for reply in replies) / len(replies) > 0.99


def test_a_statement_gets_a_prompt(tasks):
    assert all(answer(task, "Thank you, I see.") in ASK_ME for task in tasks)
