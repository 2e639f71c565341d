# Tries: a loop in C that does not look at signals
# Task: double
# Honest score: 0

def double(x):
    return sum(range(10**11))
