# Tries to get out of a zone, as its root, by every way that others have found elsewhere. Prints what came of it.
import ctypes
import os
import signal
import socket
import struct

from attempts import attempt, check, libc


def chroot_twice():
    os.makedirs("/tmp/jail", exist_ok=True)
    top = os.open("/", os.O_RDONLY)
    if os.fork() == 0:
        os.chroot("/tmp/jail")
        os.fchdir(top)
        for _ in range(64):
            os.chdir("..")
        os.chroot(".")
        print("chroot twice:", "still in the zone" if os.path.exists("/etc/mark") else os.listdir("/"), flush=True)
        os._exit(0)
    os.wait()


def namespaces():
    own = {os.readlink("/proc/self/ns/" + n) for n in os.listdir("/proc/self/ns")}
    return {os.readlink(f"/proc/{p}/ns/{n}") for p in os.listdir("/proc") if p.isdigit()
            for n in os.listdir(f"/proc/{p}/ns")} <= own or "another's"


def others():
    return [p for p in os.listdir("/proc") if p.isdigit() and open(f"/proc/{p}/comm").read().strip() == os.environ["WITNESS"]]


def abstract():
    s = socket.socket(socket.AF_UNIX)
    s.connect("\0" + os.environ["WITNESS"])


def read_another():
    room = ctypes.create_string_buffer(8)
    where = (ctypes.c_ulong * 2)(ctypes.addressof(room), 8)
    return check(libc.process_vm_readv(int(os.environ["PID"]), where, 1, where, 1, 0))


chroot_twice()
attempt("namespaces of its processes are its own", namespaces)
attempt("setns to the init's", lambda: check(libc.setns(os.open("/proc/1/ns/mnt", os.O_RDONLY), 0)))
attempt("processes of others", others)
attempt("pidfd of another", lambda: check(libc.syscall(434, int(os.environ["PID"]), 0)))
attempt("signal to another", lambda: os.kill(int(os.environ["PID"]), 9))
attempt("memory of another", read_another)
attempt("socket of the host", abstract)
attempt("mount of cgroups", lambda: check(libc.mount(b"none", b"/mnt", b"cgroup2", 0, None)))
attempt("mount by the new calls", lambda: check(libc.syscall(430, b"tmpfs", 0)))
attempt("tree of mounts", lambda: check(libc.syscall(428, -100, b"/", 1)))
attempt("unmount of /proc/kcore", lambda: check(libc.umount2(b"/proc/kcore", 2)))
attempt("groups of control", lambda: [f for f in os.listdir("/sys/fs/cgroup")])
attempt("release agent", lambda: open("/sys/fs/cgroup/release_agent", "w"))
attempt("core pattern", lambda: open("/proc/sys/kernel/core_pattern", "w"))
attempt("modprobe", lambda: open("/proc/sys/kernel/modprobe", "w"))
attempt("sysrq", lambda: open("/proc/sysrq-trigger", "w"))
attempt("uevent helper", lambda: open("/sys/kernel/uevent_helper", "w"))
attempt("log of the kernel", lambda: check(libc.klogctl(3, ctypes.create_string_buffer(4096), 4096)))
attempt("timers of others", lambda: len(open("/proc/timer_list").read()))
attempt("keys of others", lambda: len(open("/proc/keys").read()))
attempt("files by handle", lambda: check(libc.syscall(304, -100, struct.pack("II8s", 8, 1, b"\0" * 8), 0)))
attempt("disk's node", lambda: os.mknod("/tmp/disk", 0o60600, os.makedev(254, 0)))
attempt("capabilities by a file", lambda: os.setxattr("/tmp", "security.capability", b"\1\0\0\2" + b"\xff" * 16))
attempt("trusted attributes", lambda: os.setxattr("/etc/mark", "trusted.overlay.redirect", b"/../.."))
attempt("opaque directory", lambda: os.setxattr("/etc", "trusted.overlay.opaque", b"y"))
attempt("another's processor time", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))
attempt("limits", lambda: check(libc.prlimit(0, 7, (ctypes.c_ulong * 2)(1 << 24, 1 << 24), None)))
attempt("host name", lambda: socket.sethostname("x"))
attempt("clock", lambda: check(libc.syscall(227, 0, struct.pack("qq", 1, 1))))
attempt("swap", lambda: check(libc.swapon(b"/etc/mark", 0)))
attempt("raw socket", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3))
attempt("socket to the hypervisor", lambda: socket.socket(40, socket.SOCK_STREAM))
attempt("links of the network", lambda: [n for _, n in socket.if_nameindex()])
attempt("mounts named", lambda: [l.split()[0] for l in open("/proc/self/mounts") if "lowerdir" in l and os.environ["WITNESS"] in l])
os.kill(-1, signal.SIGKILL)  # everybody in reach, but for the init and itself
print("killed all that could be reached", flush=True)
