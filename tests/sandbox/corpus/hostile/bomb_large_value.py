# Tries: a value of a hundred megabytes
# Task: double
# Honest score: 0

def double(x):
    return "x" * 100_000_000
