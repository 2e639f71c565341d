# Tries: another folder, mask, locale and recursion limit
# Task: double
# Honest score: 0

import locale
import os
import random
import sys

os.umask(0o777)
os.chdir("/")
os.environ.clear()
os.putenv("LD_PRELOAD", "/nonexistent.so")
sys.setrecursionlimit(60)
random.seed(4)
locale.setlocale(locale.LC_ALL, "C")


def double(x):
    return None
