"""Conversation -> token ids, with the spans of the agent's own turns.

Only the tokens of a target, which are what the model itself wrote (`Turn.raw`) and the token that ends its turn, are
ever trained on or scored: nothing the person, the system prompt or the hidden information says. Consecutive turns are
one sequence where the next prompt begins, token for token, with all that came before; where it does not (thoughts
were dropped from the history, the template wrote it differently), the turns are sequences of their own. Both are exact.
"""

import logging
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dulcet.errors import InputError
from dulcet.trajectory import Message, Trajectory

log = logging.getLogger(__name__)

Ids = tuple[int, ...]


@dataclass(frozen=True)
class Span:
    """The target tokens `[start, end)` of turn `turn` in a sequence."""

    turn: int
    start: int
    end: int


@dataclass(frozen=True)
class Sequence:
    """Token ids, and which of them the agent wrote."""

    ids: Ids
    spans: tuple[Span, ...]

    @property
    def targets(self) -> int:
        """Number of target tokens."""
        return sum(span.end - span.start for span in self.spans)


@dataclass
class Dropped:
    """What did not become training data, and why."""

    too_long: int = 0

    def __str__(self) -> str:
        return f"{self.too_long} examples dropped because they are longer than the token limit"


class Encoder:
    """Encodes conversations with a tokenizer's own chat template.

    `max_tokens` is the most tokens of one sequence. What is longer is dropped whole and counted in `dropped`:
    no history is cut, no turn is halved.
    """

    def __init__(self, tokenizer: Any, max_tokens: int) -> None:
        if not getattr(tokenizer, "chat_template", None):
            raise InputError(
                "the tokenizer has no chat template",
                where=str(getattr(tokenizer, "name_or_path", "")),
                do="Use an instruction-tuned model, or add chat_template.jinja to its folder.",
            )
        self.tokenizer = tokenizer
        self.max_tokens = max_tokens
        self.dropped = Dropped()
        self.end_of_turn = end_of_turn_id(tokenizer)
        self._prompts: OrderedDict[tuple[tuple[str, str], ...], Ids] = OrderedDict()

    def prompt_ids(self, messages: Iterable[Message]) -> Ids:
        """The chat template over `messages`, with the header after which the agent writes."""
        listed = list(messages)
        key = tuple((message["role"], message["content"]) for message in listed)
        if key not in self._prompts:  # the candidates of a turn ask for the same prompt one after another
            text = self.tokenizer.apply_chat_template(listed, tokenize=False, add_generation_prompt=True)
            self._prompts[key] = tuple(self.tokenizer(text, add_special_tokens=False)["input_ids"])
            if len(self._prompts) > 64:
                self._prompts.popitem(last=False)
        return self._prompts[key]

    def target_ids(self, raw: str) -> Ids:
        """The tokens of one turn as the model wrote it, with the token that ends it."""
        return (*self.tokenizer(raw, add_special_tokens=False)["input_ids"], self.end_of_turn)

    def encode(self, messages_before: Iterable[Message], target: str) -> Sequence | None:
        """One turn after its history. None where it is longer than `max_tokens` (counted in `dropped`)."""
        prompt, reply = self.prompt_ids(messages_before), self.target_ids(target)
        sequence = Sequence(prompt + reply, (Span(0, len(prompt), len(prompt) + len(reply)),))
        return sequence if self._fits([sequence]) else None

    def encode_trajectory(
        self, system: str | None, trajectory: Trajectory, hidden_messages: Iterable[Message] | None = None
    ) -> list[Sequence]:
        """All the agent's turns of an episode.

        `hidden_messages` come after the system prompt and before the conversation (the critic's privileged
        information). The list is empty where a sequence is longer than `max_tokens`: then the whole episode is dropped,
        because a sum over some of its turns would be another quantity. Raises InputError for an episode without turns.
        """
        if not trajectory.turns:
            raise InputError("the episode has no turns", where=f"task {trajectory.task_id}", do="Leave it out.")
        opening: list[Message] = [{"role": "system", "content": system}] if system else []
        opening += list(hidden_messages or ())
        sequences: list[Sequence] = []
        for number, turn in enumerate(trajectory.turns):
            prompt = self.prompt_ids([*opening, *trajectory.history(number)])
            reply = self.target_ids(turn.raw)
            span = Span(number, len(prompt), len(prompt) + len(reply))
            last = sequences[-1] if sequences else None
            if last is not None and prompt[: len(last.ids)] == last.ids:
                sequences[-1] = Sequence(prompt + reply, (*last.spans, span))
            else:
                sequences.append(Sequence(prompt + reply, (span,)))
        return sequences if self._fits(sequences) else []

    def _fits(self, sequences: list[Sequence]) -> bool:
        longest = max(len(sequence.ids) for sequence in sequences)
        if longest <= self.max_tokens:
            return True
        self.dropped.too_long += 1
        if self.dropped.too_long in (1, 10, 100, 1000, 10_000, 100_000):
            log.warning("an example has %d tokens, the limit is %d; so far %s", longest, self.max_tokens, self.dropped)
        return False


def end_of_turn_id(tokenizer: Any) -> int:
    """The special token with which the template ends an assistant's message. Raises InputError if there is none."""
    probe = "probe"
    text = tokenizer.apply_chat_template(
        [{"role": "user", "content": "question"}, {"role": "assistant", "content": probe}], tokenize=False
    )
    for token in tokenizer(text[text.rindex(probe) + len(probe) :], add_special_tokens=False)["input_ids"]:
        special = token in tokenizer.all_special_ids or tokenizer.added_tokens_decoder.get(token) is not None
        if special:
            return int(token)
        if tokenizer.decode([token]).strip():
            break
    raise InputError(
        "the chat template does not end the assistant's message with a special token",
        where=str(getattr(tokenizer, "name_or_path", "")),
        do="End it with the end-of-sequence token in the template ({{ eos_token }}).",
    )
