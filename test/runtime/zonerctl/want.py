# Tries to get more than the limits of its zone.
import ctypes
import os
import resource

libc = ctypes.CDLL(None, use_errno=True)


def check(value):
    if value < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def attempt(name, call):
    try:
        call()
        print(name, "got it")
    except (OSError, ValueError) as e:
        print(name, getattr(e, "strerror", None) or e)


def write(path, text):
    with open(path, "w") as f:
        f.write(text)


os.makedirs("/tmp/g", exist_ok=True)
attempt("mount of version 1:", lambda: check(libc.mount(b"none", b"/tmp/g", b"cgroup", 0, b"memory")))
attempt("mount of version 2:", lambda: check(libc.mount(b"none", b"/tmp/g", b"cgroup2", 0, None)))
attempt("groups of its own:", lambda: check(libc.unshare(0x02000000)))
attempt("mounts of its own:", lambda: check(libc.unshare(0x00020000)))
attempt("groups below /sys:", lambda: write("/sys/fs/cgroup/memory/memory.limit_in_bytes", "-1"))
attempt("an IPC setting:", lambda: write("/proc/sys/kernel/shmmni", "4096"))
attempt("an IPC namespace:", lambda: check(libc.unshare(0x08000000)))
attempt("locked memory:", lambda: resource.setrlimit(resource.RLIMIT_MEMLOCK, (1 << 30, 1 << 30)))
attempt("priority:", lambda: os.setpriority(os.PRIO_PROCESS, 0, -5))
attempt("real time:", lambda: os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1)))
attempt("what it sees:", lambda: write("/proc/meminfo", "MemTotal: 1 kB"))
attempt("oom_score_adj:", lambda: write("/proc/self/oom_score_adj", "-1000"))
