# Tries: an object that gives str as its class
# Task: secret
# Honest score: 0
# Unconfined: fools

class Liar:
    @property
    def __class__(self):
        return str

    def __eq__(self, other):
        return True

    def __str__(self):
        return "canary"

    __hash__ = None


def secret(x):
    return Liar()
