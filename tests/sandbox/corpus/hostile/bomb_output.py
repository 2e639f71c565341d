# Tries: printing without end
# Task: double
# Honest score: 0

import sys


def double(x):
    while True:
        print("x" * 100_000)
        sys.stderr.write("x" * 100_000)
