"""Which person to work with, as config and command line say it, and the person itself."""

from importlib import import_module
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from dulcet.errors import InputError
from dulcet.humans.base import Human
from dulcet.humans.guard import Unguarded


class HumanSpec(BaseModel):
    """A person: a scripted one, one played by a language model, or you at the terminal."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    human: Literal["scripted", "careless", "model", "terminal"] = "scripted"
    """scripted (needs no model), careless (the same, but pastes the solution now and then), model (played by
    `human_model`), terminal (you; for pages in your browser)."""
    human_guard: bool = True
    """Ask again for replies that give the solution away, then redact them. Without it they are only counted."""
    human_model: str | None = None
    """The model that plays the person: a folder, a hub name, or a name at `human_base_url`."""
    human_base_url: str | None = None
    """The OpenAI-compatible server that has it, e.g. http://127.0.0.1:8000/v1."""
    human_temperature: float = Field(0.0, ge=0)
    """Sampling temperature of the model that plays the person; 0 is greedy."""
    human_max_tokens: int = Field(1024, ge=1)
    """Most tokens of one reply of that model, thoughts included."""


PEOPLE = {
    "backend": {
        "scripted": "dulcet.humans.scripted:ScriptedHuman",
        "careless": "dulcet.humans.careless:CarelessHuman",
        "model": "dulcet.humans.language_model:LanguageModelHuman",
        "terminal": "dulcet.humans.terminal:TerminalHuman",
    },
    "frontend": {
        "scripted": "dulcet.humans.designer:ScriptedDesigner",
        "model": "dulcet.humans.vision:VisionHuman",
        "terminal": "dulcet.humans.browser_person:BrowserPerson",
    },
}
"""Benchmark -> which person -> `module:Class`."""


def open_human(spec: HumanSpec, benchmark: str = "backend") -> Human:
    """The person that `spec` names, of the kind that works on this benchmark's tasks.

    Raises InputError where there is none, where `human_model` is missing or given in vain, and what opening the model
    raises.
    """
    human = _open(spec, benchmark)
    return human if spec.human_guard else Unguarded(human)


def _open(spec: HumanSpec, benchmark: str) -> Human:
    kind = _class(spec.human, benchmark)
    named = spec.human_model is not None or spec.human_base_url is not None
    if spec.human != "model":
        if named:
            do = "Add --human model, or leave --human-model and --human-base-url out."
            raise InputError(f"--human-model is given, but the person is '{spec.human}'", do=do)
        return kind()  # type: ignore[no-any-return]
    if spec.human_model is None:
        do = "Say which with --human-model (and --human-base-url for a server)."
        raise InputError("no model is named to play the person", do=do)
    from dulcet.models.open import ModelSpec, open_model

    model = open_model(ModelSpec(model=spec.human_model, base_url=spec.human_base_url))
    return kind(model, max_tokens=spec.human_max_tokens, temperature=spec.human_temperature)  # type: ignore[no-any-return]


def _class(name: str, benchmark: str) -> Any:
    people = PEOPLE[benchmark]
    if name not in people:
        raise InputError(f"nobody called '{name}' works on '{benchmark}' tasks", do=f"Choose: {', '.join(people)}.")
    module, _, kind = people[name].partition(":")
    return getattr(import_module(module), kind)
