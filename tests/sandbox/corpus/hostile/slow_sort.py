# Tries: a comparison that never lets a sort end early
# Task: double
# Honest score: 0

class Slow(int):
    def __lt__(self, other):
        return sum(range(10**6)) < 0


def double(x):
    return sorted(Slow(number) for number in range(10**5))
