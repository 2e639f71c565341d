# Tries: reading through a symbolic link of its own
# Task: secret
# Honest score: 0
# Unconfined: reaches

import os
import tempfile


def secret(x):
    link = tempfile.mktemp(dir=".")
    os.symlink("{SECRET_FILE}", link)
    try:
        with open(link) as file:
            return file.read()
    finally:
        os.unlink(link)
