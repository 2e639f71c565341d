# Tries: reading a secret of the environment
# Task: secret
# Honest score: 0
# Unconfined: reaches

import os


def secret(x):
    return os.environ.get("DULCET_CANARY")
