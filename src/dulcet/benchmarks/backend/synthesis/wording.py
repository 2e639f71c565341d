"""The vague request, in plain or varied English."""

from dulcet.benchmarks.backend.synthesis.draft import Dice, Draft

_PLAIN = ("I need a Python function that {purpose}.",)
_VARIED = (
    "I need a Python function that {purpose}.",
    "Could you write me a Python function that {purpose}?",
    "We would like some code that {purpose}. It should be one Python function.",
    "Please help me with a function in Python that {purpose}. I know how it should work but not how to write it.",
    "My team keeps doing this by hand: we want a Python function that {purpose}.",
    "I want you to write a Python function that {purpose}, following the rules we use here.",
)
_LONG = (
    " Until now somebody decided it each time, and no two of us did it the same way.",
    " There are a few special cases; ask me if something is not clear.",
    " It will be used every day, so it has to be exactly right.",
    " I may have forgotten to mention some of the details.",
)


def request(dice: Dice, draft: Draft) -> str:
    """The person's opening message; it ends with the signature, as ColBench's do."""
    frame = dice.random.choice(_PLAIN if dice.difficulty == 1 else _VARIED)
    text = frame.format(purpose=draft.purpose)
    if dice.difficulty >= 4:
        text += dice.random.choice(_LONG)
    return f"{text} The signature of the function is: {draft.signature}"
