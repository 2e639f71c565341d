"""A tiny problem whose best message is known: one question tells all, the others nothing."""

from dulcet.credit.base import ScoreRequest
from dulcet.protocol import final_message
from dulcet.task import Task

REFERENCE = "def fee(age):\n    if age < 18:\n        return 5\n    return 9"
TASK = Task(
    id="fee",
    prompt="Please write the function that tells the fee of a visitor. The signature is: fee(age)",
    hidden=REFERENCE,
    checks=("fee(10)", "fee(17)", "fee(20)", "fee(30)"),
)
USEFUL, USELESS = "What about age?", "Who will use this function?"
RIGHT = final_message(REFERENCE)
HALF = final_message("def fee(age):\n    return 9")
WRONG = final_message("def fee(age):\n    return 1")
BROKEN = final_message("def fee(age:")


def request(*candidates, system="Be brief."):
    opening = ({"role": "system", "content": system},) if system else ()
    return ScoreRequest((*opening, {"role": "user", "content": TASK.prompt}), TASK.hidden, candidates, TASK.id)


def policy(messages, seed):
    """Knows what it was told: the right answer where the limit of 18 was named, else one that is right for adults."""
    told = any("18" in message["content"] for message in messages if message["role"] == "user")
    return RIGHT if told else HALF
