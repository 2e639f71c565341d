# Looks like: asking ctypes for sizes
# Task: double
# Honest score: 1

import ctypes


def double(x):
    return ctypes.c_int(x).value * (ctypes.sizeof(ctypes.c_int16))
