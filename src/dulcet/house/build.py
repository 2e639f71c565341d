"""`dulcet house build`: from nothing to the model that ships. Dialogues, a tokenizer, random weights, training.

It uses the same encoder, trainer and checkpoints as every other training, so a killed build continues where it stood.
"""

import json
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, PositiveInt

from dulcet.errors import InputError
from dulcet.house.corpus import Dialogue
from dulcet.house.tokenizer import learn_tokenizer
from dulcet.jsonl import read_json, write_json
from dulcet.models.runtime import prepare_torch
from dulcet.progress import progress
from dulcet.seeds import derive
from dulcet.training.config import TrainConfig
from dulcet.training.data import Demonstration
from dulcet.training.encoding import Encoder, Span
from dulcet.training.encoding import Sequence as Encoded
from dulcet.training.objectives import SFT
from dulcet.training.result import MARKER
from dulcet.training.trainer import train

CORPORA = {"backend": "dulcet.house.corpus", "frontend": "dulcet.house.pages"}
"""Benchmark -> module with `school(count, seed)` and `habits(count, seed)`, which give its dialogues."""
_TOKENIZER_SAMPLE = 20_000
"""Dialogues that the tokenizer is learnt from."""


_TRAIN = TrainConfig(
    optimiser="muon",
    lr=6e-3,
    epochs=1,
    batch=14,
    betas=(0.9, 0.98),
    weight_decay=0.01,
    final_lr=0.02,
    held_out=0.005,
    token_budget=16_384,
    save_every_seconds=60.0,
)


class HouseConfig(BaseModel):
    """Everything that decides what the house model is."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    benchmark: str = "backend"
    """What it learns to work on."""
    dialogues: PositiveInt = 90_000
    """Demonstrations that teach it to converse and to copy."""
    habits: PositiveInt = 16_000
    """Demonstrations that come last, of mixed quality: they leave room for learning."""
    vocabulary: PositiveInt = 1024
    """Entries of the tokenizer."""
    hidden: PositiveInt = 128
    """Width of the model; its feed-forward layers are three times as wide."""
    layers: PositiveInt = 4
    heads: PositiveInt = 4
    kv_heads: PositiveInt = 2
    window: PositiveInt = 1024
    """Longest context in tokens."""
    seed: int = 0
    train: TrainConfig = _TRAIN
    habits_batch: PositiveInt = 20
    """Demonstrations in a step of the last stage; before it they are those of `train`."""


PAGES = {
    "benchmark": "frontend",
    "dialogues": 24_000,
    "habits": 8_000,
    "window": 2048,
    "train": _TRAIN.model_copy(update={"batch": 20}),
}
"""What is different where pages are made."""


def house_config(benchmark: str, **changes: Any) -> HouseConfig:
    """The settings of the house model that ships for a benchmark, with some of them changed."""
    return HouseConfig.model_validate((PAGES if benchmark == "frontend" else {}) | changes)


def build(config: HouseConfig, out: Path) -> Path:
    """Build the house model in `out`; returns the folder of the model, `out/habits/model`.

    Called again it continues. Raises InputError where `out` holds a model of other settings.
    """
    hold_to(config, out)
    schooled = out / "training" / "model"
    if not (schooled / MARKER).is_file():
        texts = make_dialogues(config, "school", config.dialogues, derive(config.seed, "house"))
        empty = out / "empty"
        if not (empty / "model.safetensors").is_file():
            make_empty_model(config, texts[:_TOKENIZER_SAMPLE], empty)
        data = encode(texts, empty, config.window)
        train(empty, data, SFT(), config.train, out / "training", label="house: school")
    final = make_dialogues(config, "habits", config.habits, derive(config.seed, "habits"))
    last = encode(final, schooled, config.window)
    gentle = config.train.model_copy(update={"lr": config.train.lr / 6, "batch": config.habits_batch})
    return train(schooled, last, SFT(), gentle, out / "habits", label="house: habits")


def hold_to(config: HouseConfig, out: Path) -> None:
    """Write the settings, or check that they are those of the folder. Raises InputError where they are not."""
    path, wanted = out / "house.json", json.loads(config.model_dump_json())
    if not path.exists():
        write_json(path, wanted)
    elif HouseConfig.model_validate(read_json(path)) != config:
        raise InputError("the folder holds a house model of other settings", where=str(path), do="Give another --out.")


def make_dialogues(config: HouseConfig, stage: Literal["school", "habits"], count: int, seed: int) -> list[Dialogue]:
    """The demonstrations, the same for the same arguments."""
    stream: Iterator[Dialogue] = getattr(import_module(CORPORA[config.benchmark]), stage)(count, seed)
    made = []
    with progress("dialogues", count) as bar:
        for dialogue in stream:
            made.append(dialogue)
            bar.advance(1)
    return made


def make_empty_model(config: HouseConfig, sample: Sequence[Dialogue], out: Path) -> None:
    """A tokenizer learnt from the sample and a Llama with random weights, as a Hugging Face folder."""
    torch = prepare_torch()
    from transformers import LlamaConfig, LlamaForCausalLM

    texts = (message["content"] for dialogue in sample for message in dialogue.messages)
    tokenizer = learn_tokenizer(texts, config.vocabulary, config.window)
    torch.manual_seed(derive(config.seed, "weights"))
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=config.hidden,
            intermediate_size=3 * config.hidden,
            num_hidden_layers=config.layers,
            num_attention_heads=config.heads,
            num_key_value_heads=config.kv_heads,
            max_position_embeddings=config.window,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )
    model.generation_config.do_sample = True  # else servers that go by this file decode greedily, whatever is asked
    temporary = out.with_name(f".{out.name}.tmp")
    tokenizer.save_pretrained(temporary)
    model.save_pretrained(temporary)
    temporary.rename(out)


def encode(made: Sequence[Dialogue], tokenizer_folder: Path, window: int) -> list[Demonstration]:
    """The dialogues as token ids, the agent's turns as targets."""
    from dulcet.models.loading import load_tokenizer

    encoder = Encoder(load_tokenizer(tokenizer_folder), window)
    data = []
    for dialogue in made:
        encoded = encode_dialogue(encoder, dialogue)
        if len(encoded.ids) <= window:
            data.append(Demonstration([encoded]))
    return data


def encode_dialogue(encoder: Encoder, dialogue: Dialogue) -> Encoded:
    """One sequence with a span for each of the agent's messages.

    The template of this tokenizer writes every message between special tokens, so the pieces can be encoded one by one.
    """
    ids: tuple[int, ...] = ()
    spans: list[Span] = []
    for number in range(1, len(dialogue.messages), 2):
        prompt = encoder.prompt_ids(dialogue.messages[:number])
        target = encoder.target_ids(dialogue.messages[number]["content"])
        assert prompt[: len(ids)] == ids
        ids = prompt + target
        spans.append(Span(len(spans), len(prompt), len(ids)))
    return Encoded(ids, tuple(spans))
