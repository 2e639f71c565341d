"""A model whose weights are spread over the processes (FSDP2), and whole tensors from it and back.

Gradients come out of the backward pass as the mean over the processes: a trainer that adds up losses multiplies by
their number. Alone, a model is left as it is, and a tensor is whole already.
"""

from typing import Any

from dulcet.training.distributed import mesh, world


def shard(model: Any, device: str) -> Any:
    """The model with each of its layers, and the rest, sharded over the processes and moved to their devices."""
    from torch.distributed.fsdp import fully_shard

    row = mesh(device)
    for module in list(model.modules()):
        if type(module).__name__ in layer_names(model):
            fully_shard(module, mesh=row)
    fully_shard(model, mesh=row)
    model.unshard()  # what is outside the layers stays gathered until the first backward pass
    return model


def layer_names(model: Any) -> set[str]:
    """Class names of the blocks that transformers does not split."""
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    return set(base._no_split_modules or ())


class Gathered:
    """`TargetLogps` of a sharded model, called as its forward pass: weights come before it, and gradients after."""

    def __init__(self, model: Any, logps: Any) -> None:
        from torch.distributed.fsdp import register_fsdp_forward_method

        self._model, self._logps = model, logps
        model.target_logps = lambda *given: logps(*given)
        register_fsdp_forward_method(model, "target_logps")

    def __call__(self, *given: Any) -> Any:
        """As `TargetLogps`. Together."""
        return self._model.target_logps(*given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._logps, name)


def settle(model: Any) -> None:
    """Give back what a forward pass without a backward pass left gathered: now all parameters are shares."""
    if world().size > 1:
        model.reshard()


def whole(tensor: Any) -> Any:
    """The whole of a sharded tensor, on every process. Together."""
    return tensor.full_tensor() if hasattr(tensor, "full_tensor") else tensor


def kept(tensor: Any) -> Any | None:
    """`whole`, on the leading process's CPU alone where there are several; None on the others. Together."""
    full = whole(tensor)
    if world().size == 1:
        return full.detach().contiguous()
    return full.detach().cpu().contiguous() if world().leads else None


def alike(value: Any, tensor: Any) -> Any:
    """A whole tensor cut as `tensor` is, and on its device; a scalar stays one. Every process has it: nobody waits."""
    if not hasattr(tensor, "full_tensor") or value.ndim == 0:
        return value.to(tensor.device)
    from torch.distributed.tensor import distribute_tensor

    return distribute_tensor(value.to(tensor.device), tensor.device_mesh, tensor.placements, src_data_rank=None)
