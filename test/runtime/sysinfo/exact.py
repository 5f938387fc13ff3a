"""Reads and writes in every way, makes processes, and counts the calls and bytes itself, between two calls of getpgid(0)."""
import os
import sys
from collections import Counter

did = Counter()
zero, null = os.open("/dev/zero", os.O_RDONLY), os.open("/dev/null", os.O_WRONLY)
buffers = [bytearray(100), bytearray(200)]


def moved(what, calls, n):
    did[what] += n
    did[calls] += 1


os.getpgid(0)
for size in range(1, 50):
    moved("readch", "sysread", len(os.read(zero, size)))
    moved("readch", "sysread", len(os.pread(zero, size, 0)))
    moved("readch", "sysread", os.readv(zero, buffers))
    moved("readch", "sysread", os.preadv(zero, buffers, 0))
    moved("writech", "syswrite", os.write(null, b"x" * size))
    moved("writech", "syswrite", os.writev(null, buffers))
    moved("writech", "syswrite", os.pwrite(null, b"y" * size, 0))
for _ in range(5):
    try:
        os.read(null, 1)  # fails: a call, but no bytes
    except OSError:
        did["sysread"] += 1
    try:
        os.execv("/nonexistent/program", ["program"])
    except OSError:
        did["sysexec"] += 1
os.getpgid(0)
with open(sys.argv[1], "w") as out:
    out.writelines(sorted(f"{name} {count}\n" for name, count in did.items()))
os._exit(0)
