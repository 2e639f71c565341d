# Looks like: a pool of threads
# Task: double
# Honest score: 1

from concurrent.futures import ThreadPoolExecutor


def double(x):
    with ThreadPoolExecutor(4) as pool:
        return sum(pool.map(int, [x, x]))
