# Looks like: shadowing built-ins
# Task: double
# Honest score: 1

def sum(values):
    total = 0
    for value in values:
        total += value
    return total


def double(x):
    list = [x, x]
    return sum(list)
