# The first process of a zone: says what it can see and do, reboots, and powers off.
import ctypes
import os
import socket

libc = ctypes.CDLL(None, use_errno=True)
out = open("/out", "a")


def attempt(name, call):
    try:
        result = call()
    except OSError as e:
        result = "refused: " + e.strerror
    print(f"{name}: {result}", file=out, flush=True)


def check(value):
    if value < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return value


if os.path.exists("/booted"):
    print("again", file=out, flush=True)
    libc.reboot(0x4321FEDC)
open("/booted", "w").close()
os.chdir("/")
attempt("pid", os.getpid)
attempt("ids", lambda: (os.getuid(), os.getgid(), os.getgroups()))
attempt("host name", socket.gethostname)
attempt("processes", lambda: sorted(p for p in os.listdir("/proc") if p.isdigit()))
attempt("descriptors", lambda: sorted(os.listdir("/proc/self/fd"))[:3])
attempt("environment", lambda: sorted(os.environ))
attempt("interfaces", lambda: [name for _, name in socket.if_nameindex()])
attempt("group", lambda: {line.split(":")[2].strip() for line in open("/proc/self/cgroup") if ":cpuset:" not in line and "=" not in line})
attempt("mounts of the host", lambda: [l for l in open("/proc/self/mounts") if l.split()[1].startswith(("/tmp", "/work", "/mnt"))])
attempt("kernel setting", lambda: open("/proc/sys/kernel/panic", "w"))
attempt("kernel symbols", lambda: len(open("/proc/kallsyms").read()))
attempt("sysfs", lambda: os.mkdir("/sys/fs/cgroup/x"))
attempt("disk", lambda: open("/disk", "rb"))
attempt("memory", lambda: open("/mem", "rb"))
attempt("mknod", lambda: os.mknod("/dev/x", 0o60666, os.makedev(254, 0)))
attempt("mount", lambda: check(libc.mount(b"none", b"/mnt", b"tmpfs", 0, None)))
attempt("remount", lambda: check(libc.mount(b"none", b"/usr", None, 0x1020, None)))
attempt("write /usr", lambda: open("/usr/x", "w"))
attempt("ptrace outside", lambda: check(libc.ptrace(16, 2, None, None)))
attempt("signal outside", lambda: os.kill(2, 9))
attempt("set the clock", lambda: check(libc.settimeofday(ctypes.byref((ctypes.c_long * 2)(1, 0)), None)))
attempt("users below its own", lambda: check(libc.unshare(0x10000000)))
attempt("other calls of 32 bits' numbers", lambda: check(libc.syscall(0x40000000 + 39)))
attempt("bpf", lambda: check(libc.syscall(321, 0, None, 0)))
attempt("fork and threads", lambda: os.waitstatus_to_exitcode(os.waitpid(os.spawnlp(os.P_NOWAIT, "true", "true"), 0)[1]))
attempt("lo", lambda: socket.create_server(("127.0.0.1", 0)).getsockname()[0])
libc.reboot(0x1234567)
