# Tries: sleeping in a finally block, a context manager and a generator's end
# Task: double
# Honest score: 0

import contextlib
import time


@contextlib.contextmanager
def slow():
    try:
        yield
    finally:
        time.sleep(60)


def double(x):
    try:
        with slow():
            time.sleep(60)
    finally:
        time.sleep(60)
