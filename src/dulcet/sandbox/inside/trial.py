"""Whether something works here, tried in a fork that is thrown away."""

import os
from collections.abc import Callable


def why_not(attempt: Callable[[], object]) -> str:
    """Why `attempt` fails in a fork of this process, or "" where it does not."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            attempt()
        except BaseException as error:
            os.write(write_end, (getattr(error, "strerror", None) or repr(error)).encode()[:200])
        finally:
            os._exit(0)
    os.close(write_end)
    said = os.read(read_end, 4096).decode()
    os.close(read_end)
    status = os.waitpid(child, 0)[1]
    return said or (f"ended with {status}" if status else "")
