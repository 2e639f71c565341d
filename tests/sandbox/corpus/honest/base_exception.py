# Looks like: catching BaseException around a loop that ends
# Task: double
# Honest score: 1

def double(x):
    for _ in range(3):
        try:
            raise KeyboardInterrupt
        except BaseException:
            continue
    return x * 2
