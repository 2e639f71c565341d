"""A person with eyes: a vision-language model behind an OpenAI-compatible server, shown two pictures.

As in the paper (arXiv 2503.15478, section 3) it is given the picture of the agent's page and the picture of the page in
mind, and nothing else; `with_conversation` adds the words that were said. It is never given any source, so that what
leaks could only be guessed; its replies pass the leak check all the same.
"""

import base64
import hashlib
from collections.abc import Sequence
from typing import Any, cast

from dulcet.benchmarks.frontend.browser import RenderError
from dulcet.benchmarks.frontend.dialect import find_page
from dulcet.benchmarks.frontend.shared import SharedBrowser
from dulcet.errors import InputError
from dulcet.humans.language_model import spoken
from dulcet.models.base import Model, Sampling
from dulcet.models.endpoint import EndpointModel
from dulcet.task import Task
from dulcet.trajectory import Message

VERSION = "1"
PROMPT = """You are shown two pictures of web pages.
The first is a draft that a designer has made for you. The second is the page that you have in mind.
Tell the designer, who can see the first picture only, what to change so that the draft looks like the second.

- Begin with what is most striking: parts that are missing or too many, their order, the layout, then alignment, \
colours, sizes, and words that differ.
- Say where it is and how it should be instead: "the bar at the top should be dark blue", not "the colour is off".
- Write at most five short sentences in plain English. You are no programmer: no HTML, no CSS, no class names.
- Do not mention the pictures or the second page. Speak of your page as you want it.
- If the two look the same, say only that it looks right."""
"""The system prompt."""
CONVERSATION = "What was said so far, the draft being the answer to the last of it:\n{said}"
NO_PAGE = "I cannot see a page in your message. Please show me one."
NOT_DRAWN = "Your page does not show up on my side. Please send it once more."


class VisionHuman:
    """The person (kind `vision`), played by the model behind `model` at `temperature` in at most `max_tokens` tokens.

    Raises InputError for a model that cannot be sent pictures: a server it must be.
    """

    def __init__(
        self,
        model: Model,
        *,
        max_tokens: int = 1024,
        temperature: float = 0.0,
        with_conversation: bool = False,
        eyes: SharedBrowser | None = None,
    ) -> None:
        if not isinstance(model, EndpointModel):
            do = "Serve a vision-language model and name its server with --human-base-url."
            raise InputError("only a model behind a server can be shown pictures", do=do)
        self.model, self.with_conversation = model, with_conversation
        self.sampling = Sampling(temperature=temperature, max_tokens=max_tokens)
        self.eyes = eyes or SharedBrowser()

    @property
    def identity(self) -> dict[str, Any]:
        """Who this is, for every result file."""
        return {
            "kind": "vision",
            "version": VERSION,
            "model": self.model.identity,
            "prompt_sha256": hashlib.sha256((PROMPT + CONVERSATION).encode()).hexdigest()[:16],
            "with_conversation": self.with_conversation,
            "temperature": self.sampling.temperature,
            "max_tokens": self.sampling.max_tokens,
        }

    async def reply(self, task: Task, messages: Sequence[Message], *, seed: int) -> str:
        """Say what differs between the page of the last message and the one in mind.

        A message without a page, or with one that cannot be drawn, is answered with a fixed sentence. Raises
        EndpointError where the model cannot be reached, SimulatorError where it says nothing, RenderError where the
        page in mind cannot be drawn.
        """
        page = find_page(messages[-1]["content"])
        if page is None:
            return NO_PAGE
        try:
            shown = await self.eyes.render(page.html)
        except RenderError:
            return NOT_DRAWN
        wanted = await self.eyes.render(task.hidden)
        prompt = self.prompt(messages, shown.png, wanted.png)
        return spoken((await self.model.sample(prompt, self.sampling, seed=seed))[0], task)

    def prompt(self, messages: Sequence[Message], shown: bytes, wanted: bytes) -> list[Message]:
        """What the model is sent: the rules, the two pictures (PNG) as data URLs, and the conversation if asked for."""
        parts = [_picture(shown), _picture(wanted)]
        if self.with_conversation:
            parts.append({"type": "text", "text": CONVERSATION.format(said=_said(messages))})
        # The parts are OpenAI's form of a content with pictures; servers take them as they are.
        return cast(list[Message], [{"role": "system", "content": PROMPT}, {"role": "user", "content": parts}])

    async def close(self) -> None:
        """Give back the model and the browser."""
        await self.model.close()
        await self.eyes.close()


def _picture(png: bytes) -> dict[str, Any]:
    address = "data:image/png;base64," + base64.b64encode(png).decode()
    return {"type": "image_url", "image_url": {"url": address}}


def _said(messages: Sequence[Message]) -> str:
    """The words of the conversation, a line each; pages are no words."""
    lines = []
    for message in messages:
        page = find_page(message["content"]) if message["role"] == "assistant" else None
        words = message["content"].replace(page.source, "[a page]") if page else message["content"]
        lines.append(f"{'designer' if message['role'] == 'assistant' else 'you'}: {' '.join(words.split())}")
    return "\n".join(lines)
