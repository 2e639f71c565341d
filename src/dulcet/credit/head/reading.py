"""What a critic with a head reads: its questions as token ids, and which of the tokens are the replies'.

The engine's targets are tokens that are predicted, each at the place before its own. Here the tokens themselves are
read, at their own places: so every span stands one token later, and a last token is added that no model ever sees.
"""

from collections.abc import Iterable, Sequence

from dulcet.credit.base import ScoreRequest
from dulcet.credit.head.data import Graded, GradedTurns, TurnPair, Turns, group
from dulcet.credit.privileged import privileged
from dulcet.training.data import Demonstration, Item, Pair
from dulcet.training.encoding import Encoder, Ids, Span
from dulcet.training.encoding import Sequence as Tokens


def encode_candidates(encoder: Encoder, request: ScoreRequest) -> list[Demonstration | None]:
    """Each candidate after the history and the hidden information; None for one that is too long to read."""
    prompt = encoder.prompt_ids(privileged(request.history, request.hidden))
    replies = (encoder.target_ids(text) for text in request.candidates)
    room = encoder.max_tokens - len(prompt)
    return [Demonstration(_sequences([(prompt, reply)])) if len(reply) <= room else None for reply in replies]


def encode_data(encoder: Encoder, data: Sequence[TurnPair | GradedTurns]) -> list[Item]:
    """The items of a training; episodes with a turn that is too long are left out, and counted in `dropped`."""
    made = (_pair(encoder, one) if isinstance(one, TurnPair) else _graded(encoder, one) for one in data)
    return [item for item in made if item is not None]


def encode_turns(encoder: Encoder, turns: Turns) -> list[Tokens]:
    """An episode; a turn goes on with the sequence of the one before wherever its prompt does. Empty if too long."""
    read = [
        (encoder.prompt_ids(privileged(turn.history, turn.hidden)), encoder.target_ids(turn.candidates[0]))
        for turn in turns
    ]
    if any(len(prompt) + len(reply) > encoder.max_tokens for prompt, reply in read):
        encoder.dropped.too_long += 1
        return []
    return _sequences(read)


def _pair(encoder: Encoder, pair: TurnPair) -> Pair | None:
    chosen, rejected = (encode_turns(encoder, side) for side in (pair.chosen, pair.rejected))
    return Pair(chosen, rejected, group=pair.group) if chosen and rejected else None


def _graded(encoder: Encoder, episode: GradedTurns) -> Graded | None:
    sequences = encode_turns(encoder, episode.turns)
    return Graded(sequences, group=group(episode.turns), success=episode.success) if sequences else None


def _sequences(read: Iterable[tuple[Ids, Ids]]) -> list[Tokens]:
    """Prompts and replies as sequences, the spans one token later."""
    made: list[tuple[Ids, list[Span]]] = []
    for number, (prompt, reply) in enumerate(read):
        span = Span(number, len(prompt) + 1, len(prompt) + len(reply) + 1)
        if made and prompt[: len(made[-1][0])] == made[-1][0]:
            made[-1] = (prompt + reply, [*made[-1][1], span])
        else:
            made.append((prompt + reply, [span]))
    return [Tokens((*ids, ids[-1]), tuple(spans)) for ids, spans in made]
