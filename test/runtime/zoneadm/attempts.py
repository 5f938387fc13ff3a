# What the scripts that try to get out of a zone share: a system call that must succeed, and an attempt whose outcome is printed.
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def check(value):
    if value < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return value


def attempt(name, call):
    try:
        result = call()
    except OSError:  # which error depends on the kernel
        result = "refused"
    print(f"{name}: {result}", flush=True)
