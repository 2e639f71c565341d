# Tries: sleeping before anything is defined
# Task: double
# Honest score: 0

import time

time.sleep(3600)
