"""Synthesised Backend Programming tasks: made from a seed, in ColBench's form, on a dial of difficulty."""

from dulcet.benchmarks.backend.synthesis.make import synthesise

__all__ = ["synthesise"]
