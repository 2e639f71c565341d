"""All five tasks made from nothing: deterministic from a seed, every answer and its evidence known."""
