# Looks like: a finaliser
# Task: double
# Honest score: 1

class Handle:
    def __del__(self):
        self.closed = True


def double(x):
    handle = Handle()
    del handle
    return x * 2
