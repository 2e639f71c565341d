# Tries: text that cannot be written as UTF-8
# Task: secret
# Honest score: 0

def secret(x):
    return "\ud800\udfff\x00\u2028\x1b[2J"
