"""swap.py own|shared: 256 pages of memory of a process in a memory group of its own go to swap and are read back; says how far the kernel's own
counters (/proc/vmstat) went meanwhile: pages out, pages in; and how many major faults it had. Status 77 where they would not go."""
import contextlib
import ctypes
import mmap
import os
import resource
import sys
import time
from pathlib import Path

PAGES, PAGEOUT, PATIENCE, CURRENT = 256, 21, 10, 1
libc = ctypes.CDLL(None, use_errno=True)
memory = mmap.mmap(-1, PAGES * mmap.PAGESIZE, flags=mmap.MAP_ANONYMOUS |
                   (mmap.MAP_SHARED if sys.argv[1] == "shared" else mmap.MAP_PRIVATE))
address = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(memory)))
size = ctypes.c_size_t(len(memory))
state = (ctypes.c_ubyte * PAGES)()


def counters():
    counted = dict(line.split() for line in Path("/proc/vmstat").read_text().splitlines())
    # What is all zeroes takes no room, and comes back without being read.
    return sum(int(counted.get(name, 0)) for name in ("pswpout", "swpout_zero")), int(counted["pswpin"])


def major():
    return resource.getrusage(resource.RUSAGE_SELF).ru_majflt


def there():
    """How many of the pages are in memory, mapped or not."""
    libc.mincore(address, size, state)
    return sum(byte & 1 for byte in state)


def group():
    """A memory group with this process in it, and the file that has its memory reclaimed."""
    for root, file, text in (("/sys/fs/cgroup/memory", "memory.force_empty", "0"), ("/sys/fs/cgroup", "memory.reclaim", "64M")):
        place = Path(root) / f"swap-{os.getpid()}"
        with contextlib.suppress(OSError):
            place.mkdir()
            if (place / file).exists():
                return place, file, text
            place.rmdir()
    print("no memory group can be made")
    sys.exit(77)


def go():
    """True when all were out at a time."""
    end = time.monotonic() + PATIENCE
    while there():
        if time.monotonic() > end:
            return False
        libc.madvise(address, size, PAGEOUT)
        with contextlib.suppress(OSError):
            (place / file).write_text(text)
    return True


place, file, text = group()
try:
    (place / "cgroup.procs").write_text(str(os.getpid()))
    memory[:] = os.urandom(len(memory))
    # What this program has itself stays: to read it back would bring along what lies beside it.
    libc.mlockall(CURRENT)
    libc.munlock(address, size)
    before, waited = counters(), major()
    gone = go()
    total = sum(memory[i * mmap.PAGESIZE] for i in range(PAGES))
    waited, after = major() - waited, counters()
finally:
    (place.parent / "cgroup.procs").write_text(str(os.getpid()))
    place.rmdir()
if not gone:
    print("somebody else has the swap")
    sys.exit(77)
print(f"counted out {after[0] - before[0]}, in {after[1] - before[1]}, major {waited}")
