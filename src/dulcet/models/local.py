"""A Hugging Face causal language model in this process, answering any number of conversations at once.

`sample` may be awaited from many tasks (and event loops); one worker thread owns the model and runs `engine.Engine`.
On a CPU in float32 the text of a request depends on its messages, sampling and seed alone, to the last letter; on a
GPU, or in a shorter number format, rounding may depend on what runs beside it.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dulcet.errors import InputError
from dulcet.models.base import Completion, Sampling
from dulcet.models.loading import load_model, load_tokenizer, resolve_device, resolve_dtype, weights_hash
from dulcet.models.runtime import prepare_torch
from dulcet.seeds import derive
from dulcet.trajectory import Message

Future = asyncio.Future[list[Completion]]
logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Request:
    """What one call of `sample` waits for; its jobs are of at most as many continuations as the engine has rows."""

    jobs: list[Any]
    future: Future


class LocalModel:
    """A model from a folder (whole, or a PEFT adapter) or the hub, with its own chat template.

    `slots` is the number of conversations that are continued at the same time; more wait for a free one.
    Raises InputError where the model cannot be loaded or is of a kind that the engine cannot run.
    """

    def __init__(self, source: str | Path, *, device: str = "auto", dtype: str = "auto", slots: int = 256) -> None:
        if slots < 1:
            raise InputError(f"{slots} is less than 1", where="slots")
        torch = prepare_torch()
        self._tokenizer = load_tokenizer(source)
        device = resolve_device(device)
        dtype = resolve_dtype(dtype, device)
        model = load_model(source, device, dtype, merge=True)
        self.identity = _identity(source, model, dtype)
        self.window = _window(model, str(source))
        self._no_grad = torch.inference_mode
        self._engine = _engine(model, self._tokenizer, self.window, slots)
        self._tokenizer_lock = threading.Lock()  # fast tokenizers refuse to be used by two threads at once
        self._inbox: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="dulcet-model", daemon=True)
        self._thread.start()

    async def sample(
        self, messages: Sequence[Message], sampling: Sampling, *, seed: int, n: int = 1
    ) -> list[Completion]:
        """`n` continuations of `messages`; see models.base.Model. InputError if the chat template refuses."""
        if n < 1 or sampling.max_tokens < 1:
            raise ValueError(f"n ({n}) and max_tokens ({sampling.max_tokens}) must be at least 1")
        prompt = self._prompt(messages)
        budget = min(sampling.max_tokens, self.window - len(prompt))
        if budget < 1:
            return [Completion(text="", tokens=0, prompt_tokens=len(prompt), finish="overflow")] * n
        seeds = [derive(seed, "candidate", index) for index in range(n)]
        request = self._request(prompt, seeds, sampling, budget)
        self._put(request)
        try:
            return await request.future
        except asyncio.CancelledError:
            for job in request.jobs:
                job.cancelled = True
            raise

    def count(self, messages: Sequence[Message]) -> int:
        """Tokens of the prompt that the chat template makes of the messages. InputError if it refuses them."""
        return len(self._prompt(messages))

    def count_text(self, text: str) -> int:
        """Tokens of a text alone."""
        with self._tokenizer_lock:
            return len(self._tokenizer.encode(text, add_special_tokens=False))

    async def close(self) -> None:
        """End the worker thread; requests still under way fail."""
        with self._closing:
            self._closed = True
            self._inbox.put(None)
        await asyncio.to_thread(self._thread.join)

    def _put(self, request: Request) -> None:
        with self._closing:  # so that nothing is put behind the None that ends the thread
            if self._closed:
                raise RuntimeError("the model is closed")
            self._inbox.put(request)

    def _prompt(self, messages: Sequence[Message]) -> list[int]:
        from jinja2 import TemplateError

        try:
            with self._tokenizer_lock:
                ids = self._tokenizer.apply_chat_template(list(messages), add_generation_prompt=True, return_dict=False)
        except TemplateError as error:
            raise InputError(
                f"the chat template refuses the messages ({error})", where=self.identity["name"]
            ) from error
        if not ids:
            raise InputError("the chat template makes nothing of the messages", where=self.identity["name"])
        return list(ids)

    def _request(self, prompt: list[int], seeds: list[int], sampling: Sampling, budget: int) -> Request:
        from dulcet.models.engine import Job

        request = Request([], asyncio.get_running_loop().create_future())
        for start in range(0, len(seeds), self._engine.slots):
            part = seeds[start : start + self._engine.slots]
            request.jobs.append(Job(prompt, part, sampling.temperature, sampling.top_p, budget, owner=request))
        return request

    def _work(self) -> None:
        with self._no_grad():
            while self._receive():
                try:
                    done = self._engine.step()
                except Exception as error:  # whatever it was, those who wait must hear of it
                    self._fail(self._engine.abort(), _explain(error))
                    continue
                for job in done:
                    self._finish(job)
            self._fail(self._engine.abort(), RuntimeError("the model was closed while it was answering"))

    def _receive(self) -> bool:
        """Take in new requests, waiting for one where there is nothing to do. False: the model is to close."""
        block = not self._engine.busy
        while True:
            try:
                request = self._inbox.get(block=block)
            except queue.Empty:
                return True
            if request is None:
                return False
            for job in request.jobs:
                self._engine.add(job)
            block = False

    def _finish(self, job: Any) -> None:
        request: Request = job.owner
        if all(part.done for part in request.jobs):
            try:
                answers = [self._completion(part, index) for part in request.jobs for index in range(len(part.seeds))]
            except Exception as error:  # a tokenizer's fault must not end the thread that all others wait for
                self._fail([job], error)
            else:
                _resolve(request.future, answers)

    def _completion(self, job: Any, index: int) -> Completion:
        ids, finish = job.texts[index]
        with self._tokenizer_lock:
            text = self._tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return Completion(text=text, tokens=len(ids), prompt_tokens=len(job.prompt), finish=finish)

    def _fail(self, jobs: list[Any], error: Exception) -> None:
        for request in dict.fromkeys(job.owner for job in jobs):
            _resolve(request.future, error)


def _resolve(future: Future, result: list[Completion] | Exception) -> None:
    """Answer a future of another thread's event loop, unless nobody waits any more."""

    def answer() -> None:
        if not future.done():
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)

    try:
        future.get_loop().call_soon_threadsafe(answer)
    except RuntimeError:  # the loop is closed, and with it all that waited
        return


def _engine(model: Any, tokenizer: Any, window: int, slots: int) -> Any:
    from dulcet.models.attention import implementation
    from dulcet.models.engine import Engine
    from dulcet.models.sampler import end_tokens

    model.set_attn_implementation(implementation(model.config.model_type))
    ends = end_tokens(model.generation_config.eos_token_id, tokenizer.eos_token_id)
    return Engine(model, ends, window, slots)


def _window(model: Any, source: str) -> int:
    """Most tokens of a conversation, its continuation included.

    A model with sliding windows or chunks of attention is used up to their length only, where it is an ordinary one.
    """
    config = model.config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    odd = kinds - {"full_attention", "sliding_attention", "chunked_attention"}
    if odd or getattr(model, "_is_stateful", False):
        what = f"models with {', '.join(sorted(odd)) or 'a recurrent state'} cannot be run here"
        raise InputError(what, where=source, do="Serve it with another program and use --base-url.")
    full = getattr(config, "max_position_embeddings", None)
    if full is None:
        raise InputError("config.json does not say max_position_embeddings", where=source)
    sizes = [full]
    if "sliding_attention" in kinds or not getattr(config, "layer_types", None):
        sizes.append(getattr(config, "sliding_window", None) or full)
    if "chunked_attention" in kinds:
        sizes.append(config.attention_chunk_size)
    if min(sizes) < full:
        logger.warning("%s: conversations are limited to its attention window of %d tokens", source, min(sizes))
    return int(min(sizes))


def _identity(source: str | Path, model: Any, dtype: str) -> dict[str, Any]:
    folder = Path(source)
    if folder.is_dir():
        return {"kind": "local", "name": folder.resolve().name, "weights": weights_hash(folder), "dtype": dtype}
    commit = getattr(model.config, "_commit_hash", None)
    return {"kind": "local", "name": str(source), "revision": commit, "dtype": dtype}


def _explain(error: Exception) -> Exception:
    torch = prepare_torch()
    if isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error):
        return InputError("the memory is full while sampling", do="Use fewer slots, shorter texts or a smaller model.")
    return error
