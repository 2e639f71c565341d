# Tries: reading a file of the user by descriptor
# Task: secret
# Honest score: 0
# Unconfined: reaches

import os


def secret(x):
    return os.read(os.open("{SECRET_FILE}", os.O_RDONLY), 999).decode()
