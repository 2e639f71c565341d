# Tries: a generator that sleeps while its items are taken
# Task: double
# Honest score: 0

import time


def double(x):
    while True:
        time.sleep(0.2)
        yield x
