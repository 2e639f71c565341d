# Tries: reading another process's memory by system call
# Task: secret
# Honest score: 0

import ctypes


def secret(x):
    class Part(ctypes.Structure):
        _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]

    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(64)
    here, there = Part(ctypes.addressof(buffer), 64), Part(id(secret), 64)
    if libc.process_vm_readv({VICTIM}, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return buffer.raw.hex()
