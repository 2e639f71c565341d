"""A question from a fact, by rule, where nobody wrote one.

A fact is a sentence in the first person, as Multi-Session Chat notes them ("I have a son."). Two forms of question:

`whether`: asks whether the fact was said. "I have a son." gives "Did you ever mention that you have a son?"
`about`: names what the fact is about without its rarest word, which is the answer. "I moved from Ohio to Texas in May"
    gives "What exactly did you tell me about moved, Texas, May?", where `Ohio` is the rarest.

Who is meant by I and you follows from who asks: the user asks the agent, about the agent or about the user.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal

from dulcet.benchmarks.memory.words import content_words

Form = Literal["whether", "about"]
FORMS: tuple[Form, ...] = ("whether", "about")
TURNED: Final = {
    "i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "i'm": "you're", "i've": "you've",
    "i'd": "you'd", "i'll": "you'll", "am": "are",
}  # fmt: skip
"""First person -> second."""
_WAS = re.compile(r"\byou was\b")
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")


def second_person(fact: str) -> str:
    """The fact, said to the one whom it is about: "I am tall." gives "you are tall"."""
    turned = _WORD.sub(lambda found: TURNED.get(found[0].lower().replace("’", "'"), found[0]), fact)
    turned = _WAS.sub("you were", turned).strip().rstrip(".!?")
    return turned[:1].lower() + turned[1:] if turned.startswith("You") else turned


def first_person(fact: str) -> str:
    """The fact as a clause: without its full stop, in lower case but for I and what is written with capitals."""
    clause = fact.strip().rstrip(".!?")
    return clause if re.match(r"I\b|[A-Z]{2}", clause) else clause[:1].lower() + clause[1:]


def rarity(facts: Iterable[str]) -> Counter[str]:
    """In how many facts a word stands."""
    return Counter(word for fact in facts for word in set(content_words(fact)))


def hidden_word(fact: str, counts: Counter[str]) -> str | None:
    """The rarest word (the last of several), where at least two others are left to ask by; else None."""
    found = content_words(fact)
    if len(found) < 3:
        return None
    return min(enumerate(found), key=lambda pair: (counts[pair[1]], -pair[0]))[1]


def ask(fact: str, form: Form, counts: Counter[str], *, of_user: bool) -> tuple[str, str] | None:
    """(question, answer) in this form; None where the fact has too few words for it.

    `of_user`: the fact is the asking user's own, else the agent's.
    """
    who = "I" if of_user else "you"
    if form == "whether":
        if not content_words(fact):
            return None
        clause = first_person(fact) if of_user else second_person(fact)
        return f"Did {who} ever mention that {clause}?", fact
    answer = hidden_word(fact, counts)
    if answer is None:
        return None
    cues = [word for word in _cased(fact) if word.lower() != answer]
    whom = "you" if of_user else "me"
    return f"What exactly did {who} tell {whom} about {', '.join(cues)}?", answer


def _cased(fact: str) -> list[str]:
    """The content words as they are written in the fact."""
    wanted = set(content_words(fact))
    return [found for found in dict.fromkeys(re.findall(r"[^\W_]+(?:['’][^\W_]+)*", fact)) if found.lower() in wanted]
