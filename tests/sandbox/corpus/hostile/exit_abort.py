# Tries: abort, which leaves a core file
# Task: double
# Honest score: 0

import os


def double(x):
    os.abort()
