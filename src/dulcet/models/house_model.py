"""Where the house model lies: the small model that ships inside the package."""

from importlib.resources import files
from pathlib import Path

from dulcet.errors import InputError


def house_path() -> Path:
    """The folder of the house model. Raises InputError where it was not built yet."""
    folder = Path(str(files("dulcet.models"))) / "house"
    if not (folder / "config.json").is_file():
        raise InputError("the house model is not there", where=str(folder), do="Run: dulcet house build")
    return folder
