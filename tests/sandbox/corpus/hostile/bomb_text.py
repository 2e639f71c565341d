# Tries: a text that doubles until it does not
# Task: double
# Honest score: 0

def double(x):
    text = "x"
    while True:
        text += text
