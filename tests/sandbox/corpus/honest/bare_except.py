# Looks like: catching everything, once
# Task: double
# Honest score: 1

def double(x):
    try:
        return x * 2 / 0
    except:  # noqa: E722
        return x * 2
