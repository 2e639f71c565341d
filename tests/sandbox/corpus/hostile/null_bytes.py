# Tries: a source with a null byte in it
# Task: double
# Honest score: 0

def double(x):
    return eval("x * 2\x00")
