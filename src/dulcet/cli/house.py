"""`dulcet house build`: train the small model that ships."""

from pathlib import Path
from typing import Annotated, Literal

import tyro
from pydantic import Field

from dulcet.cli.command import Command, Result


class BuildCommand(Command):
    """Train the small model that ships with dulcet, from nothing: dialogues, tokenizer, weights.

    The default settings are those of the model that ships. Run the same command again to go on where it was stopped
    or killed. Use the result with --model FOLDER/habits/model.

    Examples:
        dulcet house build --out runs/house
        dulcet house build --out runs/small --dialogues 5000 --habits 1000
        dulcet house build --out runs/pages --benchmark frontend
    """

    out: Annotated[Path, tyro.conf.arg(metavar="FOLDER")]
    """Where everything goes."""
    benchmark: Literal["backend", "frontend"] = "backend"
    """What it learns to work on: functions, or pages in the compact dialect."""
    dialogues: int | None = Field(default=None, ge=1)
    """Demonstrations that teach it to converse."""
    habits: int | None = Field(default=None, ge=1)
    """Demonstrations of mixed quality that come last."""
    epochs: int | None = Field(default=None, ge=1)
    """Passes over them."""
    hidden: int | None = Field(default=None, ge=32)
    """Width of the model."""
    layers: int | None = Field(default=None, ge=1)
    """Depth of the model."""
    seed: int = 0
    """Everything random follows from it."""
    device: str = "auto"
    """Where to train: auto, cpu, cuda, mps."""

    def run(self) -> Result:
        """Build it; print where it is."""
        from dulcet.house.build import build, house_config
        from dulcet.models.loading import weights_hash

        names = ("dialogues", "habits", "hidden", "layers")
        given = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        config = house_config(self.benchmark, seed=self.seed, **given)
        changes = {"device": self.device} | ({"epochs": self.epochs} if self.epochs else {})
        config = config.model_copy(update={"train": config.train.model_copy(update=changes)})
        model = build(config, self.out)
        print(f"House model: {model}")
        return Result({"model": str(model), "weights": weights_hash(model)})
