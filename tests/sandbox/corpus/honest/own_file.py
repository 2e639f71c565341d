# Looks like: a file in its own folder
# Task: double
# Honest score: 1

import pathlib


def double(x):
    path = pathlib.Path("number.txt")
    path.write_text(str(x))
    try:
        return int(path.read_text()) * 2
    finally:
        path.unlink()
