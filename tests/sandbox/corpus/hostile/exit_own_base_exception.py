# Tries: an exception that nobody knows, with a type that lies
# Task: double
# Honest score: 0

class Stop(BaseException):
    def __str__(self):
        raise Stop

    def __getattribute__(self, name):
        raise Stop


def double(x):
    raise Stop
