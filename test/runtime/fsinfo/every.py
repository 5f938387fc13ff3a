"""Does every operation on files once or more, by absolute and relative names and by descriptors, between two calls of getpgid(0), and writes
down what it did: usage: every.py FOLDER OUT."""
import ctypes
import fcntl
import os
import sys

folder, out = sys.argv[1], sys.argv[2]
did = []
libc = ctypes.CDLL(None, use_errno=True)
syscall, mmap = libc.syscall, libc.mmap
mmap.restype = ctypes.c_void_p
mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
entries = ctypes.create_string_buffer(4096)
buffers = [bytearray(100), bytearray(200)]
NR_GETDENTS64, NR_FALLOCATE, NR_HANDLE = 217, 285, 303
os.mkdir(folder)
os.chdir(folder)
at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)


def note(op, name, number=0):
    did.append(f"{op} {name if name.startswith('/') else f'{folder}/{name}'} {os.path.basename(name)} {number}\n")


def open_file(name, flags):
    fd = os.open(name, flags, 0o644)
    note("open", name)
    return fd


def close(fd, name):
    os.close(fd)
    note("close", name)


def data(name):
    fd = open_file(name, os.O_RDWR | os.O_CREAT | os.O_EXCL)
    note("create", name)
    for size in (1, 17, 5000):
        note("write", name, os.write(fd, b"x" * size))
    note("write", name, os.writev(fd, buffers))
    note("write", name, os.pwrite(fd, b"y" * 33, 9000))
    note("seek", name, os.lseek(fd, 4, os.SEEK_SET))
    for size in (3, 900):
        note("read", name, len(os.read(fd, size)))
    note("read", name, os.readv(fd, buffers))
    note("read", name, len(os.pread(fd, 77, 8990)))
    note("read", name, len(os.pread(fd, 5, 100000)))  # behind the end: 0 bytes
    os.fsync(fd)
    note("fsync", name)
    os.fdatasync(fd)
    note("fsync", name)
    assert syscall(NR_FALLOCATE, fd, 1, 0, 4096) == 0  # 1: the size stays
    note("space", name, 1)
    assert mmap(None, 4096, 1, 2, fd, 0) not in (None, 2 ** 64 - 1)
    note("map", name, 4096)
    fcntl.fcntl(fd, fcntl.F_SETFL, os.O_APPEND)
    note("setfl", name, os.O_APPEND)
    fcntl.flock(fd, fcntl.LOCK_EX)
    note("frlock", name, fcntl.LOCK_EX)
    fcntl.lockf(fd, fcntl.LOCK_UN)
    note("frlock", name, fcntl.F_SETLKW)
    close(fd, name)
    fd = open_file(name, os.O_RDWR | os.O_CREAT)  # not new: no create
    for change in (lambda: os.fchmod(fd, 0o600), lambda: os.ftruncate(fd, 10), lambda: os.fchown(fd, -1, -1),
                   lambda: os.chmod(name, 0o640), lambda: os.truncate(name, 5), lambda: os.utime(name)):
        change()
        note("setattr", name)
    os.fstat(fd)
    note("getattr", name)
    assert os.access(name, os.R_OK)
    note("access", name, os.R_OK)
    close(fd, name)
    os.stat(name)
    note("getattr", name)


def names(prefix, how):
    """how: arguments that say what relative names are relative to."""
    two = {"src_dir_fd": at, "dst_dir_fd": at} if how else {}
    os.mkdir(f"{prefix}dir", **how)
    note("mkdir", f"{prefix}dir")
    fd = os.open(f"{prefix}dir/file", os.O_CREAT | os.O_WRONLY, **how)
    note("open", f"{prefix}dir/file")
    note("create", f"{prefix}dir/file")
    close(fd, f"{prefix}dir/file")
    os.link(f"{prefix}dir/file", f"{prefix}dir/second", **two)
    note("link", f"{prefix}dir/second")
    os.symlink("file", f"{prefix}dir/sym", **how)
    note("symlink", f"{prefix}dir/sym")
    note("readlink", f"{prefix}dir/sym", len(os.readlink(f"{prefix}dir/sym", **how)))
    os.rename(f"{prefix}dir/second", f"{prefix}dir/third", **two)
    note("rename", f"{prefix}dir/second")
    os.mkfifo(f"{prefix}dir/fifo", **how)
    note("create", f"{prefix}dir/fifo")
    for name in ("file", "third", "sym", "fifo"):
        os.unlink(f"{prefix}dir/{name}", **how)
        note("remove", f"{prefix}dir/{name}")
    for flags in (os.O_RDONLY, os.O_RDONLY | os.O_CREAT):  # neither comes to anything
        try:
            os.open(f"{prefix}nothing/file", flags, **how)
        except FileNotFoundError:
            pass
    os.rmdir(f"{prefix}dir", **how)
    note("rmdir", f"{prefix}dir")


def directory():
    fd = open_file(folder, os.O_RDONLY | os.O_DIRECTORY)
    while True:
        n = syscall(NR_GETDENTS64, fd, entries, 4096)
        note("readdir", folder, n)
        if n == 0:
            break
    close(fd, folder)


def between():
    """From one file into another without passing through the process."""
    one, two = open_file("one", os.O_RDONLY), open_file("two", os.O_WRONLY | os.O_CREAT)
    note("create", "two")
    note("read", "one", os.sendfile(two, one, 0, 3))
    note("write", "two", 3)
    try:
        note("read", "one", os.copy_file_range(one, two, 2, 0))
        note("write", "two", 2)
    except OSError:
        pass
    close(one, "one")
    close(two, "two")


os.getpgid(0)
data(f"{folder}/absolute")
data("one")
names(f"{folder}/", {})
names("", {})
names("", {"dir_fd": at})
directory()
between()
os.getpgid(0)
with open(out, "w") as f:
    f.writelines(sorted(did))
os._exit(0)
