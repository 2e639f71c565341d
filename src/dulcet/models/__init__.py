"""Language models behind one small protocol."""

from dulcet.models.base import Completion, Model, Sampling

__all__ = ["Completion", "Model", "Sampling"]
