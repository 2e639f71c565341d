"""Two candidates before a judge: the words with which it is asked, and what its verdict means."""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from dulcet.credit.base import ScoreRequest
from dulcet.trajectory import Message

Side = Literal["first", "second", "same", "unparsable"]

TASK = """\
An assistant works with a person on a task. The person has a certain result in mind, which you see and the assistant \
does not. Compare two messages that the assistant might send next. The better one brings them nearer to that result: a \
question is good if the answer to it tells something about the result that is still unknown and matters; a final \
answer, which ends the conversation, is good if it does what the result does, and bad if it differs. A question to \
which the answer is known already wastes a turn, but a wrong final answer can never be mended.

Think in a few sentences, then end with one line of exactly this form: VERDICT: 1, or VERDICT: 2, or VERDICT: SAME.\
"""
CASE = """\
<result>
{hidden}
</result>
<conversation>
{conversation}
</conversation>
<message number="1">
{first}
</message>
<message number="2">
{second}
</message>
Which message is better?\
"""
_NUMBER = r"(?:(?:message|number|candidate)\s*)*#?\s*(1|2|same|tie|equal)\b"
_VERDICT = re.compile(rf"verdict\b[^\w\n]*(?:is\b[^\w\n]*)?{_NUMBER}", re.IGNORECASE)
_ALONE = re.compile(rf"\W*{_NUMBER}\W*", re.IGNORECASE)
_SIDES: dict[str, Side] = {"1": "first", "2": "second"}


@dataclass(frozen=True)
class Comparison:
    """Which of two candidates of a request is better."""

    PROMPT_HASH: ClassVar[str] = hashlib.sha256((TASK + CASE).encode()).hexdigest()[:12]

    request: ScoreRequest
    first: str
    second: str

    @cached_property
    def key(self) -> str:
        """24 hex digits that name all that the judge reads."""
        return hashlib.sha256(json.dumps(self.messages).encode()).hexdigest()[:24]

    @cached_property
    def messages(self) -> list[Message]:
        """What the judge is asked, in a single message: not every chat template knows a system role."""
        said = [message for message in self.request.history if message["role"] != "system"]
        names = {"user": "Person", "assistant": "Assistant"}
        conversation = "\n".join(f"{names[message['role']]}: {message['content']}" for message in said)
        case = CASE.format(hidden=self.request.hidden, conversation=conversation, first=self.first, second=self.second)
        return [{"role": "user", "content": f"{TASK}\n\n{case}"}]


class Verdict(BaseModel):
    """What the judge said of a comparison."""

    model_config = ConfigDict(frozen=True)

    format: Literal["dulcet.verdict/1"] = "dulcet.verdict/1"
    comparison: str
    """Its key."""
    better: Side
    said: str
    tokens: int


def parse(said: str) -> Side:
    """The verdict in what a judge wrote: the last line of the form asked for, or a bare number and nothing else."""
    found = _VERDICT.findall(said)
    alone = _ALONE.fullmatch(said)
    word = found[-1] if found else alone[1] if alone else None
    return "unparsable" if word is None else _SIDES.get(word, "same")
