# Tries: a child by multiprocessing
# Task: double
# Honest score: 0

import multiprocessing


def double(x):
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map(abs, [x * 2])[0]
