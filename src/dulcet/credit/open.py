"""From a trained critic's folder to the critic."""

from pathlib import Path
from typing import Any

from dulcet.credit.base import Critic
from dulcet.credit.head import HeadCritic
from dulcet.credit.head.linear import VISION, head_kind
from dulcet.credit.sweet import SweetCritic
from dulcet.credit.vision import VisionCritic


def open_critic(
    folder: Path,
    reference: str | Path,
    *,
    look: Any,
    device: str,
    max_tokens: int,
    reference_hidden: bool = True,
    reference_weight: float = 1.0,
) -> Critic:
    """The critic that lies in `folder`: one with a value head where there is such a head, else SWEET's log-ratio.

    `reference` is what the latter is compared with, with the hidden information if `reference_hidden`, and counts
    `reference_weight` times; `look` draws pages for a critic with eyes.
    """
    kind = head_kind(folder)
    if kind == VISION:
        return VisionCritic(folder, look, device=device)
    if kind is not None:
        return HeadCritic(folder, device=device, max_tokens=max_tokens)
    return SweetCritic(
        folder,
        reference,
        device=device,
        max_tokens=max_tokens,
        reference_hidden=reference_hidden,
        reference_weight=reference_weight,
    )
