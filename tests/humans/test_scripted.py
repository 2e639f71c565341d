import asyncio
import time

import pytest

from dulcet.humans.scripted import ASK_ME, DONT_KNOW, ScriptedHuman
from dulcet.task import Task
from tests.humans import references as known

PERSON = ScriptedHuman()


def talk(source, *messages, task_id="t1", request="Please write a function for my office."):
    """The replies of one conversation."""
    task = Task(id=task_id, prompt=request, hidden=source)
    conversation = [{"role": "user", "content": request}]
    for message in messages:
        conversation.append({"role": "assistant", "content": message})
        reply = asyncio.run(PERSON.reply(task, conversation, seed=len(conversation)))
        conversation.append({"role": "user", "content": reply})
    return [message["content"] for message in conversation[2::2]]


def ask(source, message):
    return talk(source, message)[0]


INCOME, AGE, BOTH = "It must be income >= 54.", "It must be age < 30.", "Both must hold: use and."
LABELS = "It returns 'approved', otherwise 'denied'."


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What must income be?", INCOME),
        ("What about income?", INCOME),
        ("What about the incomes?", INCOME),
        ("income?", INCOME),
        ("Please tell me about age.", AGE),
        ("What are the thresholds for income and age?", f"{INCOME} {AGE}"),
        ("What is the age limit? And what is the income limit?", f"{AGE} {INCOME}"),
        ("1. What is the age limit?\n2. What is the income limit?", f"{AGE} {INCOME}"),
        ("Does region matter?", "No, region does not matter."),
        ("Is `region` used?", "No, region does not matter."),
        ("Are there arguments that are unused?", "No, region does not matter."),
        ("How do income and age combine?", BOTH),
        ("Must both hold?", BOTH),
        ("Is it and or or?", BOTH),
        ("Do all of them have to be met, or is one enough?", BOTH),
        ("What should it return?", LABELS),
        ("Which labels do you use?", LABELS),
        ("What happens otherwise?", LABELS),
        ("What is the default?", LABELS),
        ("What are the conditions?", f"{INCOME} {AGE}"),
        ("When is somebody approved?", LABELS),
    ],
)
def test_answers_what_is_asked(question, answer):
    assert ask(known.APPROVE, question) == answer


@pytest.mark.parametrize(
    "question",
    [
        "What about the weather?",
        "Does weather matter?",
        "Is shoe_size important?",
        "What is the threshold for weather?",
        "What should `colour` be?",
        "Is the result rounded?",
        "Are there any edge cases?",
        "How is the list sorted?",
        "Which version of Python do you use?",
        "Should I write comments?",
        "What do dragons eat?",
        "Who will use this function?",
        "How fast does it have to be?",
        "Do you need a test for it?",
        "When do you need it?",
    ],
)
def test_does_not_know_what_the_reference_does_not_say(question):
    assert ask(known.APPROVE, question) in DONT_KNOW


@pytest.mark.parametrize(
    ("name", "question", "answer"),
    [
        ("tiers", "What about the score?", "If score >= 80 it is 'gold'. If score >= 60 it is 'silver'."),
        ("tiers", "When is it silver?", "If score >= 60 it is 'silver'."),
        ("tiers", "What happens otherwise?", "Otherwise it is 'none'."),
        ("points", "How many points for a?", "If a > 5 add 2 to points. It must be points >= 4."),
        ("points", "What is a?", "If a > 5 add 2 to points."),
        ("points", "What is the threshold?", "It must be points >= 4. If a > 5 add 2 to points."),
        ("fee", "How does the weight matter?", "The fee is 20 + 3 * max(0, weight - 10)."),
        ("discount", "Is anything rounded?", "The result is round(total, 2)."),
        ("lookup", "What are the rates?", "The rates holds 'DE': 3, 'FR': 5. The rate is rates.get(country, 2)."),
        ("lookup", "What is the rate?", "The rate is rates.get(country, 2)."),
        ("lookup", "What if the country is not in the table?", "The rate is rates.get(country, 2)."),
        ("rank", "Ascending or descending?", "Sort players by p['score'], highest first."),
        ("rank", "How do you order the players?", "Sort players by p['score'], highest first."),
        ("ratio", "What if the count is zero?", "If count == 0 it is 0."),
        ("ratio", "What about edge cases?", "If count == 0 it is 0."),
        (
            "ratio",
            "What if the count is zero, and how is it computed?",
            "If count == 0 it is 0. The result is 100 * total // count.",
        ),
        ("window", "Is the hour inclusive?", "It must be 9 <= hour < 18."),
        ("one_liner", "How is the total minutes used?", "The result is (total_miles / total_minutes) times 60."),
    ],
)
def test_other_kinds_of_rule(name, question, answer):
    assert ask(known.ALL[name], question) == answer


def test_what_is_known_and_what_is_not_in_one_reply():
    reply = ask(known.APPROVE, "What is the weather like? What must income be?")
    assert reply.endswith(INCOME)
    assert reply.removesuffix(f" {INCOME}") in DONT_KNOW


def test_more_questions_than_a_reply_holds():
    reply = ask(known.APPROVE, "What must income be? What must age be? Does region matter? What is returned?")
    assert reply == f"{INCOME} {AGE}"


def test_the_same_question_gets_the_same_answer():
    first, _, second = talk(known.TIERS, "What about the score?", "What is returned otherwise?", "what about the SCORE")
    assert first == second
    replies = talk(known.APPROVE, "What about the weather?", "What about income?", "What about the weather?")
    assert replies[0] == replies[2]


def test_another_question_about_the_same_thing_gets_the_rest():
    assert (
        talk(known.TIERS, "What about the score?", "What is the rule for score?")[1] == "If score >= 40 it is 'bronze'."
    )


def test_a_fact_told_already_is_told_again_with_what_else_there_is_to_it():
    replies = talk(known.APPROVE, "What about income?", "So income must be at least 54, is that right?")
    assert replies == [INCOME, f"{INCOME} {BOTH}"]


def test_general_questions_get_what_was_not_told_yet():
    replies = talk(known.APPROVE, *["Can you tell me more?"] * 3)
    assert replies == [f"{INCOME} {AGE}", f"{BOTH} {LABELS}", "No, region does not matter."]
    assert talk(known.APPROVE, "What about income?", "What are the details?")[1] == f"{AGE} {BOTH}"


@pytest.mark.parametrize(
    "message", ["Thank you.", "Here is a plan:\n- read\n- write", "...", "", "def approve(x): pass"]
)
def test_no_question(message):
    assert ask(known.APPROVE, message) in ASK_ME


def test_depends_on_task_and_messages_alone():
    task = Task(id="t", prompt="Help me.", hidden=known.APPROVE)
    messages = [{"role": "user", "content": "Help me."}, {"role": "assistant", "content": "What about the moon?"}]
    replies = {asyncio.run(PERSON.reply(task, messages, seed=seed)) for seed in range(5)}
    assert len(replies) == 1
    variants = {talk(known.APPROVE, "What about the moon?", task_id=f"t{i}")[0] for i in range(30)}
    assert variants == set(DONT_KNOW)


def test_a_reference_that_is_not_python():
    assert ask("<html></html>", "What colour is the button?") in DONT_KNOW


def test_the_last_message_must_be_the_agents():
    task = Task(id="t", prompt="Help me.", hidden=known.APPROVE)
    with pytest.raises(ValueError, match="not the agent's"):
        asyncio.run(PERSON.reply(task, [{"role": "user", "content": "Help me."}], seed=0))


def test_identity():
    assert PERSON.identity["kind"] == "scripted"
    assert PERSON.identity["version"]


def test_a_reply_takes_well_under_a_millisecond():
    task = Task(id="t", prompt="Help me.", hidden=known.APPROVE)
    messages = [{"role": "user", "content": "Help me."}]
    for question in ("What about income?", "What about age?", "Does region matter?", "What should it return?"):
        messages += [{"role": "assistant", "content": question}, {"role": "user", "content": INCOME}]
    PERSON.answer(task, messages[:-1])
    start = time.process_time()
    for _ in range(500):
        PERSON.answer(task, messages[:-1])
    assert (time.process_time() - start) / 500 < 0.001
