"""Tokens a second of a local model, for `rollouts.py`: dulcet's continuous batching and plain padded generate."""

import asyncio
import statistics
import time
from collections.abc import Callable
from random import Random

from dulcet.benchmarks.backend.synthesis import synthesise
from dulcet.house.demonstrators import SKILLS, demonstrate
from dulcet.humans.scripted import ScriptedHuman
from dulcet.models.base import Sampling
from dulcet.models.house_model import house_path
from dulcet.models.loading import load_model, load_tokenizer
from dulcet.models.local import LocalModel
from dulcet.models.runtime import prepare_torch
from dulcet.trajectory import Message


def conversations(count: int) -> list[list[Message]]:
    """Dialogues of different lengths, up to where the agent is to speak."""
    person, tasks, random = ScriptedHuman(), synthesise(count, seed=0), Random(0)
    made = [demonstrate(task, person.answer, SKILLS[0], Random(n)) for n, task in enumerate(tasks)]
    return [messages[: random.randrange(1, len(messages), 2)] for messages in made]


def engine(asked: list[list[Message]], rows: int, tokens: int) -> Callable[[], int]:
    """A function that continues all conversations with LocalModel and returns the number of tokens written."""
    model = LocalModel(house_path(), device="cpu", slots=rows)
    sampling = Sampling(temperature=0, max_tokens=tokens)

    async def all_of_them() -> int:
        answers = await asyncio.gather(*(model.sample(messages, sampling, seed=0) for messages in asked))
        return sum(answer.tokens for (answer,) in answers)

    return lambda: asyncio.run(all_of_them())


def generate(asked: list[list[Message]], rows: int, tokens: int) -> Callable[[], int]:
    """The same with transformers' generate, `rows` prompts at a time."""
    torch = prepare_torch()
    model, tokenizer = load_model(house_path(), "cpu"), load_tokenizer(house_path())
    tokenizer.padding_side = "left"
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    prompts = [tokenizer.apply_chat_template(one, add_generation_prompt=True, tokenize=False) for one in asked]
    ends = torch.tensor(model.generation_config.eos_token_id).flatten()

    def all_of_them() -> int:
        written = 0
        for start in range(0, len(prompts), rows):
            inputs = tokenizer(
                prompts[start : start + rows], return_tensors="pt", padding=True, add_special_tokens=False
            )
            ids_BT = model.generate(**inputs, do_sample=False, max_new_tokens=tokens)[:, inputs.input_ids.shape[1] :]
            before_BT = torch.isin(ids_BT, ends).cumsum(1) - torch.isin(ids_BT, ends).long()
            written += int((before_BT == 0).sum())
        return written

    return torch.inference_mode()(all_of_them)  # type: ignore[no-any-return]


def measure(count: int, rows: int, tokens: int, rounds: int) -> None:
    """Both ways in turn, round after round; prints medians."""
    asked = conversations(count)
    ways = {"engine": engine(asked, rows, tokens), "generate": generate(asked, rows, tokens)}
    rates: dict[str, list[float]] = {way: [] for way in ways}
    written: dict[str, int] = {}
    for _ in range(rounds):
        for way, work in ways.items():
            start = time.perf_counter()
            written[way] = work()
            rates[way].append(written[way] / (time.perf_counter() - start))
    print(f"\n{count} conversations, {rows} at a time, up to {tokens} tokens each; {rounds} rounds")
    for way, found in rates.items():
        ratio = statistics.median(a / b for a, b in zip(rates["engine"], found, strict=True))
        tail = "" if way == "engine" else f"   the engine has {ratio:.2f} x its rate"
        print(f"  {way:9}{statistics.median(found):10.0f} tokens/s{written[way]:8} tokens{tail}")
