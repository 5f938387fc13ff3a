"""Writes 200 pages at a time, each in one call that has been made before: getpgid(0) comes before, getpgid of itself after.

1, 2 what it does below for the first time		3 memory of its parent		4 the same by the kernel, for it
5 a file's that it has not seen	6 a file's that it has seen	7 memory that it has to itself	8 memory that nobody has seen
"""
import ctypes
import mmap
import os
import sys
import tempfile

PAGES = 200
SIZE = PAGES * mmap.PAGESIZE
NOHUGEPAGE = 15
libc = ctypes.CDLL(None)
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
libc.pread.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_long]


def region(fd=-1):
    at = mmap.mmap(fd, SIZE, flags=mmap.MAP_PRIVATE | (mmap.MAP_ANONYMOUS if fd < 0 else 0))
    at.madvise(NOHUGEPAGE)
    return at, ctypes.addressof(ctypes.c_char.from_buffer(at))


def write(address):
    libc.memset(address, 1, SIZE)


def fill(address):
    if libc.pread(file.fileno(), address, SIZE, 0) != SIZE:
        os._exit(1)


def stage(how, address):
    os.getpgid(0)
    how(address)
    os.getpgid(me)


with tempfile.TemporaryFile(dir=os.environ.get("TMP")) as file:
    file.write(b"x" * SIZE)
    file.flush()
    first, second, spare = (region() for _ in range(3))
    for _, address in (first, second, spare):
        write(address)
    pid = os.fork()
    if pid == 0:
        me = os.getpid()
        seen, unseen, fresh = region(file.fileno()), region(file.fileno()), region()
        stage(write, spare[1])
        stage(fill, spare[1])
        sum(seen[0][::mmap.PAGESIZE])
        for how, (_, address) in ((write, first), (fill, second), (write, unseen), (write, seen), (write, first),
                                  (write, fresh)):
            stage(how, address)
        os._exit(0)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
