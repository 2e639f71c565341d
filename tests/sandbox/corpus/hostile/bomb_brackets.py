# Tries: a source that the parser cannot take
# Task: double
# Honest score: 0

def double(x):
    return eval("(" * 200_000)
