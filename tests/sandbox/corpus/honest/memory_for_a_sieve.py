# Looks like: a few dozen megabytes
# Task: double
# Honest score: 1

def double(x):
    sieve = bytearray(20_000_000)
    return x * 2 if len(sieve) else 0
