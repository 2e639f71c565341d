"""Synthesised Frontend Design tasks: made from a seed, in ColBench's form, on a dial of difficulty."""

from dulcet.benchmarks.frontend.synthesis.make import synthesise

__all__ = ["synthesise"]
