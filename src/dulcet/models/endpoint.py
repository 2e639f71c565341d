"""A model behind any OpenAI-compatible server, through the official `openai` client.

Faults that pass (busy, broken, away, slow) are waited out with growing pauses; those that do not become one clear
EndpointError. The key comes from the environment and is written nowhere.
"""

import asyncio
import logging
import math
import os
import random
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

from dulcet.errors import EndpointError, InputError, MissingDependencyError
from dulcet.models.base import Completion, Sampling, ToolCall, ToolsRefusedError
from dulcet.seeds import derive
from dulcet.trajectory import Message

KEYS = ("DULCET_API_KEY", "OPENAI_API_KEY")
"""Environment variables that may hold the key; the first one set is used."""
PASSING = (408, 409, 425, 429)
"""HTTP statuses below 500 that a second try may cure."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds
LONGEST_ORDERED_PAUSE = 120.0  # seconds; a server that orders a longer one by Retry-After is taken to be away
TOO_LONG = ("context length", "context_length", "maximum context", "context window", "too many tokens", "max_model_len")
"""How servers say, with status 400, that the conversation does not fit the window."""
CHARACTERS_A_TOKEN = 4  # for servers that do not count
Finish = Literal["stop", "length", "refused", "overflow"]
Tools = Sequence[Mapping[str, Any]]

logger = logging.getLogger(__name__)


class EndpointModel:
    """The model `name` at `base_url` (ending in /v1 as a rule). At most `concurrency` requests are under way.

    `timeout` is seconds for one answer, `retries` how often a failed request is repeated. Several continuations are
    asked for one by one, since many servers ignore `n`; `ask_for_n` sends it for a server that is known not to.
    `first_pause` is the seconds before the first repetition; each later pause is twice as long.
    Belongs to one event loop.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        *,
        concurrency: int = 32,
        timeout: float = 120,
        retries: int = 6,
        ask_for_n: bool = False,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        try:
            from openai import AsyncOpenAI
        except ModuleNotFoundError as error:
            raise MissingDependencyError("openai", "endpoint") from error
        self.name, self.url, self.retries = name, _checked(base_url), retries
        self._ask_for_n, self._first_pause = ask_for_n, first_pause
        self._slots = asyncio.Semaphore(concurrency)
        key = next((os.environ[variable] for variable in KEYS if os.environ.get(variable)), None)
        self._has_key, self._timeout = key is not None, timeout
        self._client = AsyncOpenAI(base_url=self.url, api_key=key or "none", timeout=timeout, max_retries=0)
        self._estimates, self._said = False, False
        self._limit = "max_tokens"

    def __repr__(self) -> str:
        return f"EndpointModel({self.name!r}, {self.url!r})"

    @property
    def identity(self) -> dict[str, Any]:
        """Kind, name and server; never the key."""
        return {"kind": "endpoint", "name": self.name, "base_url": self.url}

    async def sample(
        self, messages: Sequence[Message], sampling: Sampling, *, seed: int, n: int = 1
    ) -> list[Completion]:
        """`n` continuations; see models.base.Model. The seed is passed on; whether it is obeyed is the server's affair.

        Raises EndpointError when a fault does not go away, or at once where no repetition can help.
        """
        seeds = [derive(seed, "candidate", index) % 2**31 for index in range(n)]  # what common servers take
        if self._ask_for_n:
            return await self._request(messages, sampling, seeds[0], n)
        tasks = [asyncio.ensure_future(self._request(messages, sampling, one, 1)) for one in seeds]
        try:
            return [answers[0] for answers in await asyncio.gather(*tasks)]
        finally:
            for task in tasks:
                task.cancel()  # nothing if it is done; if one failed, the others need not go on

    async def call_tools(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]],
        sampling: Sampling,
        *,
        seed: int,
    ) -> Completion:
        """One continuation that may call tools; see models.base.ToolModel."""
        chat: Any = messages
        (answer,) = await self._request(chat, sampling, derive(seed, "candidate", 0) % 2**31, 1, tools)
        return answer

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _request(
        self, messages: Sequence[Message], sampling: Sampling, seed: int, n: int, tools: Tools = ()
    ) -> list[Completion]:
        import openai

        jitter = random.Random(seed)
        attempt = 0
        while True:
            try:
                async with self._slots:
                    return await self._once(messages, sampling, seed, n, tools)
            except openai.APIStatusError as error:
                if _overflows(error):
                    return [Completion(text="", tokens=0, prompt_tokens=0, finish="overflow")] * n
                if self._takes_the_newer_name(error):
                    continue
                if tools and _takes_no_tools(error):
                    raise ToolsRefusedError(f"it takes no tools ({_reason(error)})", where=self.url) from error
                if error.status_code < 500 and error.status_code not in PASSING:
                    raise self._hopeless(error) from error
                fault, ordered = f"it answers {error.status_code}", _retry_after(error)
            except openai.APITimeoutError:
                fault, ordered = f"no answer in {self._timeout:g} s", None
            except openai.APIConnectionError as error:
                fault, ordered = f"no connection ({error.__cause__ or error})", None
            except _BadAnswerError as error:
                fault, ordered = str(error), None
            attempt += 1
            if attempt > self.retries or (ordered or 0) > LONGEST_ORDERED_PAUSE:
                do = f"Check that the server runs and serves '{self.name}'; a slow one needs a longer timeout."
                raise EndpointError(f"{fault}, {attempt} times", where=self.url, do=do)
            pause = self._pause(attempt - 1, ordered, jitter)
            self._say(f"{fault}; trying again in {pause:.1f} s ({attempt} of {self.retries})")
            await asyncio.sleep(pause)

    def _say(self, what: str) -> None:
        """Once for everybody to see, then for those who ask for details."""
        logger.log(logging.INFO if self._said else logging.WARNING, "%s: %s", self.url, what)
        self._said = True

    async def _once(
        self, messages: Sequence[Message], sampling: Sampling, seed: int, n: int, tools: Tools
    ) -> list[Completion]:
        """One request. The messages go as they are: the client's walk through those it types is half its work."""
        options: dict[str, Any] = {self._limit: sampling.max_tokens} | ({"n": n} if n > 1 else {})
        answer: Any = await self._client.chat.completions.create(
            model=self.name,
            messages=[],
            extra_body={"messages": list(messages)} | ({"tools": list(tools)} if tools else {}),
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            seed=seed,
            **options,
        )
        choices = getattr(answer, "choices", None)
        if not choices or any(choice.message is None for choice in choices):
            raise _BadAnswerError("its answer is not a chat completion")
        if len(choices) != n:
            do = "Leave ask_for_n off."
            raise EndpointError(f"asked for {n} continuations it gives {len(choices)}", where=self.url, do=do)
        return self._completions(messages, answer)

    def _completions(self, messages: Sequence[Message], answer: Any) -> list[Completion]:
        texts = [choice.message.content or choice.message.refusal or "" for choice in answer.choices]
        usage = answer.usage
        if usage is not None and usage.completion_tokens is not None and len(texts) == 1:
            tokens, prompt_tokens = [usage.completion_tokens], usage.prompt_tokens
        else:
            self._warn_of_estimates()
            tokens = [_estimate(text) for text in texts]
            prompt_tokens = sum(_estimate(message["content"]) for message in messages)
        return [
            Completion(text, count, prompt_tokens, _finish(choice), calls=_calls(choice.message))
            for text, count, choice in zip(texts, tokens, answer.choices, strict=True)
        ]

    def _takes_the_newer_name(self, error: Any) -> bool:
        """Whether the server wants the limit as `max_completion_tokens`, which it is given from now on."""
        wants = error.status_code == 400 and "max_completion_tokens" in str(error)
        if wants and self._limit == "max_tokens":
            self._limit = "max_completion_tokens"
            return True
        return False

    def _warn_of_estimates(self) -> None:
        if not self._estimates:
            logger.warning("%s does not count its tokens: they are estimated from the characters", self.url)
        self._estimates = True

    def _pause(self, attempt: int, ordered: float | None, jitter: random.Random) -> float:
        if ordered is not None:
            return ordered + jitter.uniform(0, self._first_pause)
        return min(LONGEST_PAUSE, self._first_pause * 2.0**attempt) * jitter.uniform(0.5, 1.0)

    def _hopeless(self, error: Any) -> EndpointError:
        status = error.status_code
        if status in (401, 403):
            key = "is refused" if self._has_key else "is missing"
            what, do = f"the key {key} ({status})", f"Set {KEYS[0]} or {KEYS[1]} to a key of this server."
        elif status == 404:
            what = f"it does not know the model '{self.name}' or this address (404)"
            do = "Check the model's name, and that the address ends as the server wants (often /v1)."
        else:
            what, do = f"it refuses the request ({status}: {_reason(error)})", "Check the model's name and settings."
        return EndpointError(what, where=self.url, do=do)


class _BadAnswerError(Exception):
    """A 200 that holds no completion, as overloaded proxies send."""


def _checked(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        do = "Give it like http://127.0.0.1:8000/v1."
        raise InputError(f"'{base_url}' is not a server's address", where="base_url", do=do)
    if parts.username or parts.password or parts.query:
        do = f"Put the key into {KEYS[0]} instead."
        raise InputError("an address must not hold a key", where="base_url", do=do)  # it goes into result files
    return base_url.rstrip("/")


def _overflows(error: Any) -> bool:
    if error.status_code not in (400, 413, 422):
        return False
    text = f"{getattr(error, 'code', '')} {error.message}".lower()
    return any(words in text for words in TOO_LONG)


def _takes_no_tools(error: Any) -> bool:
    """Servers say it with many a status; none says it without the word."""
    return error.status_code in (400, 404, 422, 500, 501) and "tool" in str(error.message).lower()


def _retry_after(error: Any) -> float | None:
    said: str = error.response.headers.get("retry-after", "")
    try:
        seconds = float(said)
    except ValueError:  # absent, or a date: our own pauses will do
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _finish(choice: Any) -> Finish:
    if choice.finish_reason == "content_filter" or (choice.message.refusal and not choice.message.content):
        return "refused"
    return "length" if choice.finish_reason == "length" else "stop"


def _calls(message: Any) -> tuple[ToolCall, ...]:
    """The calls of functions in a message; servers without tools leave the field out."""
    called = getattr(message, "tool_calls", None) or ()
    functions = [(one.id, one.function) for one in called if getattr(one, "function", None) is not None]
    return tuple(ToolCall(str(name), one.name or "", one.arguments or "") for name, one in functions)


def _estimate(text: str) -> int:
    return -(-len(text) // CHARACTERS_A_TOKEN)


def _reason(error: Any) -> str:
    return " ".join(str(error.message).split())[:200].rstrip(".")
