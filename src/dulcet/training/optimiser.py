"""The optimisers: AdamW for everything, or Muon for the matrices inside the layers and AdamW for the rest.

Muon orthogonalises a matrix's momentum (Jordan et al., 2024); with its rate matched to AdamW's root mean square
(arXiv 2502.16982) one learning rate serves both. It raises a small model from nothing on far fewer tokens; for
preference training the papers use AdamW, and so does the default.
"""

from collections import ChainMap
from collections.abc import Mapping
from typing import Any

from dulcet.training.config import TrainConfig


def make_optimiser(named: Mapping[str, Any], config: TrainConfig) -> Any:
    """The optimiser of the named parameters; weight decay on matrices only."""
    if config.optimiser == "adamw":
        return _adamw(list(named.values()), config)
    import torch

    inner = [p for name, p in named.items() if p.ndim == 2 and "embed" not in name and "lm_head" not in name]
    outer = [p for p in named.values() if all(p is not other for other in inner)]
    muon = torch.optim.Muon(
        inner, lr=config.lr, weight_decay=config.weight_decay, momentum=0.95, adjust_lr_fn="match_rms_adamw"
    )
    return Together(muon, _adamw(outer, config))


class Together:
    """Several optimisers, each with its own parameters, as one."""

    def __init__(self, *optimisers: Any) -> None:
        self.optimisers = optimisers
        self.param_groups = [group for optimiser in optimisers for group in optimiser.param_groups]

    @property
    def state(self) -> Any:
        """What each keeps for its parameters; assignments go to whoever owns the parameter."""
        return _States(self.optimisers)

    def step(self) -> None:
        """One step of each."""
        for optimiser in self.optimisers:
            optimiser.step()

    def zero_grad(self, *, set_to_none: bool = True) -> None:
        """Forget all gradients."""
        for optimiser in self.optimisers:
            optimiser.zero_grad(set_to_none=set_to_none)


class _States:
    def __init__(self, optimisers: tuple[Any, ...]) -> None:
        self._optimisers = optimisers
        self._all: ChainMap[Any, Any] = ChainMap(*(optimiser.state for optimiser in optimisers))

    def get(self, parameter: Any, default: Any) -> Any:
        return self._all.get(parameter, default)

    def __setitem__(self, parameter: Any, value: Any) -> None:
        for optimiser in self._optimisers:
            if any(parameter is one for group in optimiser.param_groups for one in group["params"]):
                optimiser.state[parameter] = value


def _adamw(parameters: list[Any], config: TrainConfig) -> Any:
    import torch

    groups = [
        {"params": [p for p in parameters if p.ndim >= 2], "weight_decay": config.weight_decay},
        {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    return torch.optim.AdamW(groups, lr=config.lr, betas=config.betas, fused=True)
