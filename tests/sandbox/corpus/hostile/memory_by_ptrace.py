# Tries: attaching to another process as a debugger
# Task: secret
# Honest score: 0

import ctypes


def secret(x):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(16, {VICTIM}, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return "attached"
