"""Where the house models lie: the small models that ship inside the package, one for each benchmark."""

from importlib.resources import files
from pathlib import Path

from dulcet.errors import InputError

FOLDERS = {"backend": "house", "frontend": "house_pages"}
"""Benchmark -> folder of its house model in `dulcet.models`."""


def house_path(benchmark: str = "backend") -> Path:
    """The folder of a benchmark's house model. Raises InputError where it has none, or none that was built."""
    if benchmark not in FOLDERS:
        raise InputError(f"there is no house model for '{benchmark}'", do="Name a model with --model.")
    folder = Path(str(files("dulcet.models"))) / FOLDERS[benchmark]
    if not (folder / "config.json").is_file():
        build = f"dulcet house build --benchmark {benchmark} --out FOLDER"
        do = f"Name a model with --model, or raise one (hours on two cores): {build}, then --model FOLDER/habits/model"
        raise InputError(f"no house model for '{benchmark}' comes with dulcet", do=do)
    return folder


def base_path(model: str, benchmark: str) -> str:
    """Folder or hub name of a model that may be given as `house`. Raises InputError as `house_path` does."""
    return str(house_path(benchmark)) if model == "house" else model
