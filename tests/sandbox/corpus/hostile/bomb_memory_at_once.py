# Tries: a list larger than the machine
# Task: double
# Honest score: 0

def double(x):
    return [0] * 10**12
