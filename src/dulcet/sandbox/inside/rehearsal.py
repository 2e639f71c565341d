"""A harmless program that the zygote itself runs before it forks.

So every fork finds its bytecode specialised, symbols bound, caches filled and memory where it will be needed; it would
otherwise do all of that anew, each time in memory of its own.
"""

import binascii
import gc
import marshal
import sys

from . import calls
from .reports import Emit

PROGRAM = """
def tally(items, scale=2.0):
    total, names = 0, {}
    for number, item in enumerate(items):
        if item % 2 == 0 and item not in names:
            names[str(item)] = round(item * scale, 2)
        else:
            total += len(f"{item}-{number}")
    try:
        names["none"] = [item / 0 for item in items]
    except ZeroDivisionError as error:
        names["why"] = str(error)
    names["all"] = sorted({item for item in items}, key=lambda item: -item)
    return {"total": total, "names": names, "text": "a,b c".upper().split(","), "pair": (1, None), "yes": total > 1}
"""
REPLIES = (PROGRAM, f"This is how:\n```python\n{PROGRAM}```\n")
CALL = binascii.b2a_base64(marshal.dumps(compile("tally([1, 2, 3, 4])", "<call>", "eval"))).decode()
CALLS = 8
ROUNDS = 3
"""Enough for all that runs for every program to be specialised, which CPython does after 8 to 16 times."""


def rehearse(null: int) -> None:
    """Run it, its reports written to the descriptor `null`."""
    if not calls.is_plain(PROGRAM):
        raise ValueError("the zygote's own files, clock and generators would be reset")
    emit = Emit(null, 1 << 20)
    for reply in REPLIES * ROUNDS:
        asked = {
            "code": reply, "calls": [""] * CALLS, "compiled": [CALL] * CALLS, "names": ["tally"] * CALLS,
            "extract": True, "limits": {"seconds": 10, "cpu_seconds": 10},
        }  # fmt: skip
        calls.run(asked, 0, emit)
    sys.modules.pop(calls.MODULE, None)
    gc.collect()
