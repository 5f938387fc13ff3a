"""What runs in a container does everything that might change which zone it seems to be in, and marks where it is: getpriority(MARK, STEP).

usage: attack.py MARK [NAMESPACE_PID]
"""
import ctypes
import os
import sys

libc = ctypes.CDLL(None, use_errno=True)
MARK = int(sys.argv[1])
NEWPID, NEWUSER, NEWNS, NEWNET, NEWUTS, NEWCGROUP = 0x20000000, 0x10000000, 0x20000, 0x40000000, 0x4000000, 0x2000000


def mark(step):
    libc.getpriority(MARK, step)


def in_child(step, *then):
    pid = os.fork()
    if pid == 0:
        mark(step)
        if then:
            then[0]()
        os._exit(0)
    os.waitpid(pid, 0)


def orphan():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            mark(3)
        os._exit(0)


def unshared(flags, step):
    libc.unshare(flags)
    mark(step)
    in_child(step + 1, lambda: in_child(step + 2))


mark(1)
in_child(2, orphan)
in_child(10, lambda: unshared(NEWPID, 11))
in_child(20, lambda: unshared(NEWUSER | NEWPID | NEWNS, 21))
in_child(30, lambda: unshared(NEWNET | NEWUTS | NEWCGROUP, 31))
for kind, flag in (("pid", NEWPID), ("user", NEWUSER), ("net", NEWNET), ("mnt", NEWNS)):
    for pid in ("self", "1"):
        try:
            libc.setns(os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY), flag)
        except OSError:
            pass
mark(40)
in_child(41)
try:
    with open("/proc/self/comm", "w") as f:
        f.write("global")
except OSError:
    pass
mark(42)
