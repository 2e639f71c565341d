"""A language model that says whether an answer is right, and what it says when it does not say so.

The label stands alone on the last line, or there is none: a judge that rambles, refuses or cannot be reached has given
no verdict, and such an answer is counted apart, neither right nor wrong. Judges are known to let vague answers pass (an
audit of LoCoMo found 63 % of deliberately vague wrong ones accepted), so `strict` asks for the very fact; `generous`
accepts what touches on the same topic, as MemGPT's paper did. The prompts are our own.
"""

import hashlib
import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from dulcet.benchmarks.memory.suite import Question, TaskName
from dulcet.errors import EndpointError
from dulcet.models.base import Model, Sampling
from dulcet.seeds import derive
from dulcet.trajectory import Message

Label = Literal["correct", "wrong", "unparseable", "refused", "failed"]
Style = Literal["strict", "generous"]
SAMPLING = Sampling(temperature=0.0, max_tokens=256)

_STYLES: dict[Style, str] = {
    "strict": (
        "It is CORRECT only if it states the same fact as the reference. Other words, more detail, another way to write"
        " a date or a number are fine. It is WRONG if it is vague, contradicts the reference, leaves out what was asked"
        " for, or says that the answer is not known."
    ),
    "generous": (
        "It is CORRECT if it touches on the same topic as the reference, in whatever words and however long. It is"
        " WRONG if it is about something else, or says that the answer is not known."
    ),
}
_DOCUMENT = " It must also quote the text that shows it, and the text must indeed show it; without that it is WRONG."
_ABSENT = (
    "The history does not hold the answer. The reply is CORRECT if it says that this is not known or was not"
    " mentioned, and WRONG if it gives an answer."
)
_FORM = "Write one sentence with your reason. Then write a last line with the single word CORRECT or WRONG."
_LABEL = re.compile(r"\W*(?:(?:label|verdict|grade|result)\b\W*)?\b(CORRECT|INCORRECT|WRONG)\b\W*", re.IGNORECASE)


class Verdict(BaseModel):
    """What a judge said of one answer (`dulcet.memory_verdict/1`)."""

    model_config = ConfigDict(frozen=True)

    format: Literal["dulcet.memory_verdict/1"] = "dulcet.memory_verdict/1"
    question: str
    label: Label
    """Only `correct` and `wrong` are verdicts."""
    said: str
    """What the judge wrote, or the error."""

    @property
    def value(self) -> float | None:
        """1 for correct, 0 for wrong, None where there is no verdict."""
        return {"correct": 1.0, "wrong": 0.0}.get(self.label)


class Judge:
    """Judges answers one by one, at temperature 0."""

    def __init__(self, model: Model, style: Style = "strict") -> None:
        self.model, self.style = model, style

    @property
    def identity(self) -> dict[str, Any]:
        """The model, the style and the prompt's hash, for the results."""
        prompts = "\n".join([_STYLES[self.style], _DOCUMENT, _ABSENT, _FORM])
        digest = hashlib.sha256(prompts.encode()).hexdigest()[:12]
        return {
            "kind": "judge",
            "style": self.style,
            "prompt": digest,
            "temperature": 0.0,
            "model": self.model.identity,
        }

    async def verdict(self, task: TaskName, question: Question, reply: str, *, seed: int) -> Verdict:
        """Judge one reply. A model that cannot be reached gives the label `failed`."""
        messages = prompt(task, question, reply, self.style)
        try:
            drawn = derive(seed, "judge", question.id)
            (completion,) = await self.model.sample(messages, SAMPLING, seed=drawn)
        except EndpointError as error:
            return Verdict(question=question.id, label="failed", said=str(error))
        refused = completion.finish == "refused"
        label: Label = "refused" if refused else parse(completion.text)
        return Verdict(question=question.id, label=label, said=completion.text)


def prompt(task: TaskName, question: Question, reply: str, style: Style) -> list[Message]:
    """What the judge reads."""
    rule = _STYLES[style] + (_DOCUMENT if task == "docqa" else "") if question.answers else _ABSENT
    reference = " / ".join(question.answers) or "(there is none)"
    system = f"You check the reply to a question about past conversations or documents. {rule} {_FORM}"
    asked = f"Question: {question.text}\nReference: {reference}\nReply: {reply}"
    return [{"role": "user", "content": f"{system}\n\n{asked}"}]  # some chat templates know no system message


def parse(text: str) -> Label:
    """The label on the last line, which may hold nothing else of substance ("not correct" is no label)."""
    lines = [line for line in text.splitlines() if line.strip()]
    found = _LABEL.fullmatch(lines[-1]) if lines else None
    if found is None:
        return "unparseable"
    return "correct" if found[1].upper() == "CORRECT" else "wrong"
