"""Measuring a memory: the agent that has one, baselines without, and search by itself, on the same questions."""
