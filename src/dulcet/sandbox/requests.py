"""What a worker is asked to run."""

import base64
import marshal
import re
import warnings
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

FILENAME = "<call>"
warnings.filterwarnings("ignore", module=re.escape(FILENAME))  # what the compiler thinks of a task's calls


def request(
    code: str, calls: Sequence[str], names: Sequence[str] | None = None, extract: bool = False
) -> dict[str, Any]:
    """What the default driver is asked.

    `names[i]` is the function that call i needs ("" if unknown); with `extract`, `code` is a reply of a model, with
    fences and prose.
    """
    return {"code": code, "calls": list(calls), "compiled": [compiled(call) for call in calls],
            "names": list(names or [""] * len(calls)), "extract": extract}  # fmt: skip


def requests(programs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Several requests as one, whose programs share a process; the results come in one list, in order.

    For programs that are trusted with each other.
    """
    owners = [number for number, program in enumerate(programs) for _ in program["calls"]]
    joined = {key: [entry for program in programs for entry in program[key]] for key in ("calls", "compiled", "names")}
    return {"codes": [program["code"] for program in programs], "owners": owners, "extract": False, **joined}


@lru_cache(maxsize=20_000)
def compiled(call: str) -> str | None:
    """A call as bytecode, for the reference and every answer: most take longer to be compiled than to be made.

    None where it does not compile, which is then found where it is made. The worker runs the same interpreter.
    """
    try:
        code = compile(call.lstrip(" \t"), FILENAME, "eval", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return base64.b64encode(marshal.dumps(code)).decode()
