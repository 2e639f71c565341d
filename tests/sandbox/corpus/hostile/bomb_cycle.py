# Tries: a value that holds itself
# Task: double
# Honest score: 0

def double(x):
    value = {}
    value["self"] = [value]
    return value
