"""What the critic reads for one candidate: the target's picture, the conversation, the candidate and its picture."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dulcet.credit.base import ScoreRequest
from dulcet.errors import InputError

Pictures = Mapping[str, bytes]
"""PNG by source, without those that show no page."""
Look = Callable[[Sequence[str]], Pictures]
"""Draws sources (`Benchmark.pictures`)."""
BEFORE = "Above is the page that the client has in mind. This was said:"
NEXT = "The designer's next message:"
SHOWN = "It shows this page:"
NO_PAGE = "It shows no page."


def contents(request: ScoreRequest, pictures: Pictures) -> list[tuple[list[dict[str, Any]], list[bytes]]]:
    """For each candidate the parts of one user message, and its pictures (PNG) in their order.

    Raises InputError where the page in mind cannot be drawn.
    """
    if request.hidden not in pictures:
        raise InputError("the page in mind cannot be drawn", where="a critic with eyes")
    said = "\n".join(f"{message['role']}: {message['content']}" for message in request.history)
    return [_content(said, candidate, pictures[request.hidden], pictures) for candidate in request.candidates]


def _content(said: str, candidate: str, target: bytes, pictures: Pictures) -> tuple[list[dict[str, Any]], list[bytes]]:
    words = f"{BEFORE}\n{said}\n{NEXT}\n{candidate}\n"
    shown = pictures.get(candidate)
    if shown is None:
        return [{"type": "image"}, {"type": "text", "text": words + NO_PAGE}], [target]
    return [{"type": "image"}, {"type": "text", "text": words + SHOWN}, {"type": "image"}], [target, shown]


def sources(requests: Sequence[ScoreRequest]) -> list[str]:
    """Everything that has to be drawn, once each."""
    found = (source for request in requests for source in (request.hidden, *request.candidates))
    return list(dict.fromkeys(found))


def encode(processor: Any, read: Sequence[tuple[list[dict[str, Any]], list[bytes]]]) -> Any:
    """Model inputs (a batch, padded on the right) for some contents. Raises InputError without a chat template."""
    from PIL import Image

    if getattr(processor, "chat_template", None) is None:
        raise InputError("the critic's processor has no chat template", do="Take an instruction-tuned model.")
    texts = [processor.apply_chat_template([{"role": "user", "content": parts}], tokenize=False) for parts, _ in read]
    images = [Image.open(io.BytesIO(png)).convert("RGB") for _, pngs in read for png in pngs]
    return processor(text=texts, images=images, padding=True, return_tensors="pt")
