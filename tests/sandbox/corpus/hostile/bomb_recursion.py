# Tries: recursion with the limit taken away
# Task: double
# Honest score: 0

import sys

sys.setrecursionlimit(10**9)


def double(x):
    return double(x + 1) + 1
