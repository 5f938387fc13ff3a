"""Touches pages of a file that are not in memory, then those that are, and tells how many faults of either kind that made by getrusage(2)."""
import mmap
import os
import resource
import sys

PAGES, own = 64, sys.argv[1]
with open(own + ".file", "w+b") as file:
    file.write(b"x" * 4096 * PAGES)
    file.flush()
    os.fsync(file.fileno())
    os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    area = mmap.mmap(file.fileno(), 4096 * PAGES)
    area.madvise(mmap.MADV_RANDOM)
    area[0]
    before = resource.getrusage(resource.RUSAGE_SELF)
    os.getpgid(0)
    for _ in range(2):
        for page in range(PAGES):
            area[4096 * page]
    os.getpgid(0)
    after = resource.getrusage(resource.RUSAGE_SELF)
with open(own, "w") as out:
    out.write(f"{after.ru_majflt - before.ru_majflt}\n")
os._exit(0)
