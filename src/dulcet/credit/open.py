"""From a trained critic's folder to the critic."""

from pathlib import Path
from typing import Any

from dulcet.credit.base import Critic
from dulcet.credit.sweet import SweetCritic
from dulcet.credit.vision import VisionCritic
from dulcet.credit.vision.model import HEAD


def open_critic(
    folder: Path, reference: str | Path, *, look: Any, device: str, max_tokens: int, reference_hidden: bool = True
) -> Critic:
    """The critic that lies in `folder`: one with eyes where there is a regression head, else SWEET's log-ratio.

    `reference` is what the latter is compared with, with the hidden information if `reference_hidden`; `look` draws
    pages for the former.
    """
    if (folder / HEAD).is_file():
        return VisionCritic(folder, look, device=device)
    return SweetCritic(folder, reference, device=device, max_tokens=max_tokens, reference_hidden=reference_hidden)
