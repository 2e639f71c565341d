"""Seeds: everything random in a run follows from one number in its config.

A seed is derived from names, never from the order of events, so that an episode draws the same numbers
whether it ran first or last, alone or among hundreds, before or after a restart.
"""

import hashlib


def derive(seed: int, *names: object) -> int:
    """A seed in [0, 2**63) for the thing called `names`, e.g. `derive(run_seed, "collect", task.id, episode, turn)`."""
    text = "\x1f".join([str(seed), *(str(name) for name in names)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
