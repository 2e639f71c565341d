# Tries: blocking all signals
# Task: double
# Honest score: 0

import signal
import time


def double(x):
    signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
    time.sleep(60)
