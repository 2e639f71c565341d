"""The paper's measure: the cosine of two pages' pictures as a CLIP model sees them (arXiv 2503.15478, section 3).

Any Hugging Face folder of a CLIP or SigLIP model does; nothing is ever downloaded. `crop` is the paper's way: the
shorter side is brought to the model's size and the middle is cut out, so of a long page only a square is seen; without
it the whole page is squeezed into the square. Beside the default score it is blunt: unlike pages have cosines of about
0.6, as they are all web pages, and a blank page has one, too.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dulcet.benchmarks.frontend.rendered import Rendered
from dulcet.benchmarks.frontend.similarity.pixels import Picture, decode
from dulcet.errors import InputError, MissingDependencyError

Pixels = NDArray[np.float32]
"""[3, size, size], normalised."""


class ClipSimilarity:
    """A CLIP or SigLIP model in a folder. Features of the last pages are kept; use from one thread."""

    def __init__(self, folder: Path, *, crop: bool = True) -> None:
        """Raises InputError where the folder holds no such model, MissingDependencyError without torch."""
        try:
            import torch
            from transformers import AutoModel
        except ImportError as error:
            raise MissingDependencyError("transformers", "local") from error
        self.folder, self.crop = folder, crop
        self._torch: Any = torch
        settings = _settings(folder)
        self._mean, self._std = (np.array(settings[name], dtype=np.float32) for name in ("image_mean", "image_std"))
        self._scale = float(settings.get("rescale_factor", 1 / 255))
        self._model = AutoModel.from_pretrained(folder, local_files_only=True).eval()
        if not hasattr(self._model, "get_image_features"):
            raise InputError("the model has no picture features", where=str(folder), do="Name a CLIP or SigLIP folder.")
        self.size = int(self._model.config.vision_config.image_size)
        self._features: dict[bytes, Any] = {}

    @property
    def identity(self) -> dict[str, Any]:
        """What measured, for result files."""
        return {"measure": "clip", "model": self.folder.name, "size": self.size, "crop": self.crop}

    def similarity(self, one: Rendered, other: Rendered) -> float:
        """The cosine of the two pages' features, in [-1, 1]; 1 for equal pictures."""
        if one.png == other.png:
            return 1.0
        return float(self._seen(one) @ self._seen(other))

    def _seen(self, page: Rendered) -> Any:
        if page.png not in self._features:
            if len(self._features) >= 1024:
                self._features.pop(next(iter(self._features)))
            self._features[page.png] = self._embed(self.pixels(page))
        return self._features[page.png]

    def _embed(self, pixels: Pixels) -> Any:
        with self._torch.inference_mode():
            found = self._model.get_image_features(pixel_values=self._torch.from_numpy(pixels)[None])
            vector = found if isinstance(found, self._torch.Tensor) else found.pooler_output
            return vector[0] / vector[0].norm()

    def pixels(self, page: Rendered) -> Pixels:
        """What the model is given of a page."""
        values = _square(decode(page.png), self.size, self.crop).astype(np.float32) * self._scale
        return np.ascontiguousarray(((values - self._mean) / self._std).transpose(2, 0, 1), dtype=np.float32)


def _square(picture: Picture, size: int, crop: bool) -> Picture:
    """[size, size, 3]: cut out of the middle, or the whole picture squeezed; both by bicubic interpolation."""
    from PIL import Image

    height, width = picture.shape[:2]
    with Image.fromarray(picture) as image:
        if not crop:
            return np.asarray(image.resize((size, size), Image.Resampling.BICUBIC))
        scale = size / min(width, height)
        wide, high = max(size, int(width * scale)), max(size, int(height * scale))
        small = image.resize((wide, high), Image.Resampling.BICUBIC)
        left, top = (wide - size) // 2, (high - size) // 2
        return np.asarray(small.crop((left, top, left + size, top + size)))


def _settings(folder: Path) -> dict[str, Any]:
    """How the model wants its pictures, from `preprocessor_config.json`."""
    file = folder / "preprocessor_config.json"
    try:
        settings: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        settings["image_mean"], settings["image_std"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        do = "Name a folder with a CLIP or SigLIP model as Hugging Face stores it."
        raise InputError(f"no image_mean and image_std can be read ({error})", where=str(file), do=do) from error
    return settings
