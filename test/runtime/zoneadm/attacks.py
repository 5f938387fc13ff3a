# Ways out of a zone that escape.py does not try: by what a process has of the host while it enters, by calls that make
# windows into the kernel, by terminals. As a zone's root; prints what came of it.
import contextlib
import ctypes
import errno
import fcntl
import os
import socket
import stat
import struct
import subprocess
import sys
import termios
import threading
import time

from attempts import attempt, check, libc


def system(number, *words):
    return lambda: check(libc.syscall(number, *words))


def fanotify():
    """Of a file system as a whole, and its files by their handles."""
    fd = check(libc.syscall(300, 0x200 | 0x80, os.O_RDONLY))
    check(libc.syscall(301, fd, 0x1 | 0x100, ctypes.c_uint64(0x20), -100, b"/"))
    return "watches the file system"


def node(path, mode, device):
    os.mknod(path, mode, device)
    return "made"


def other_calls():
    """The same calls by their numbers for 32 bits: int $0x80 with getpid() there."""
    import mmap
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(bytes([0x53, 0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0x5b, 0xc3]))
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    value = ctypes.CFUNCTYPE(ctypes.c_int)(address)()
    return "refused" if value < 0 else "done"


def nested_users():
    return check(libc.unshare(0x10000000))


def audit():
    """AUDIT_GET: the answer is an error."""
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 9)
    s.settimeout(10)
    s.send(struct.pack("=IHHII", 16, 1000, 5, 1, 0))
    kind, code = struct.unpack_from("=4xH10xi", s.recv(4096))
    return "refused" if kind == 2 and code < 0 else "answered"


def events():
    """Of the host's devices come to its own namespace of networks alone."""
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, 15)
    s.settimeout(0.2)
    s.bind((0, 1))
    with contextlib.suppress(TimeoutError):
        while True:
            text = s.recv(65536)
            if b"/net/" not in text:
                return text
    return "none"


def links():
    """What /proc/self has of places outside."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for name in ("cwd", "root", "exe"):
            try:
                found.append(os.readlink(f"/proc/{pid}/{name}"))
            except OSError:
                pass
        try:
            found += [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
        except OSError:
            pass
    return sorted({f for f in found if os.environ["OUTSIDE"] in f})


def changeable():
    """Files of the machine, in /proc and /sys, that something can be written to; nothing is written. What is hidden is /dev/null."""
    found = []
    for top in ("/proc", "/sys"):
        for folder, folders, files in os.walk(top):
            folders[:] = [f for f in folders if not (folder == "/proc" and (f.isdigit() or f == "net"))
                          and os.path.join(folder, f) != "/sys/fs/cgroup"]
            for name in files:
                path = os.path.join(folder, name)
                try:
                    if stat.S_ISREG(os.lstat(path).st_mode):
                        fd = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
                        try:
                            os.write(fd, b"")
                            found.append(path)
                        except OSError as e:  # EIO: nobody takes what is written to it
                            found += [path] if e.errno != errno.EIO else []
                        os.close(fd)
                except OSError:
                    pass
    return found


def propagate():
    """What is mounted in the zone is shared with whoever may share it, which is nobody."""
    if libc.mount(None, b"/", None, 1 << 20 | 1 << 14, None) < 0:  # MS_SHARED | MS_REC
        return "refused"
    check(libc.mount(os.environ["OUTSIDE"].encode(), b"/mnt", b"tmpfs", 0, None))
    check(libc.mount(None, b"/", None, 1 << 19 | 1 << 14, None))  # MS_SLAVE
    return "mounted"


def type_on_terminal():
    """The caller's terminal, which is open here: it may be read and written, as it is the caller's to give."""
    for name, request, value in (("TIOCSTI", termios.TIOCSTI, b"x"), ("TIOCSCTTY", termios.TIOCSCTTY, 1),
                                 ("TIOCLINUX", termios.TIOCLINUX, b"\2")):
        attempt(f"  {name}", lambda r=request, v=value: fcntl.ioctl(0, r, v) and "typed")
    attempt("  /dev/tty", lambda: os.open("/dev/tty", os.O_RDWR))


def entering():
    """Looks at everything that comes up in the zone until told to stop: open files of the host, its directories, its
    programs; those that can be written, now or when nobody runs them. /ready: it has begun, /met: there was one."""
    seen, programs = set(), {}
    end = time.monotonic() + 60
    while not os.path.exists("/stop") and time.monotonic() < end:
        for pid in filter(str.isdigit, os.listdir("/proc")):
            if int(pid) == os.getpid():
                continue
            base = f"/proc/{pid}/"
            for name in ("cwd", "root", "exe", "fd/0", "fd/3", "fd/4", "fd/5", "fd/6", "fd/7", "fd/8"):
                try:
                    to = os.readlink(base + name)
                    if os.environ["OUTSIDE"] in to:
                        seen.add((name, os.path.basename(to)))
                    if name == "exe" and not to.startswith("/usr/") and len(programs) < 8 and pid not in programs:
                        programs[pid] = os.open(base + name, os.O_PATH)
                except OSError:
                    pass
            try:
                if "zlogin" in open(base + "comm").read() and check(libc.ptrace(0x4206, int(pid), 0, 0)) == 0:
                    with open(base + "comm") as f:
                        seen |= {("ptrace", "zlogin")} if "zlogin" in f.read() else set()
            except OSError:
                pass
        try:  # what has ended, or stands at a signal, since it is traced waits for us, and zlogin for it
            while (event := os.waitpid(-1, os.WNOHANG | 0x40000000))[0]:  # __WALL
                if os.WIFSTOPPED(event[1]):
                    libc.ptrace(7, event[0], 0, 0 if event[1] >> 16 else os.WSTOPSIG(event[1]))  # PTRACE_CONT
        except ChildProcessError:
            pass
        for name, there in (("/ready", True), ("/met", programs)):
            if there:
                open(name, "w").close()
    print("program of the host met:", bool(programs))
    written = set()
    for fd in programs.values():
        for _ in range(100):
            try:
                os.open(f"/proc/self/fd/{fd}", os.O_WRONLY)
                written.add("opened")
                break
            except OSError as e:
                if e.errno != errno.ETXTBSY:
                    break
            time.sleep(0.01)
    print("written:", sorted(written))
    print("of the host:", sorted(s for s in seen if s[0] != "exe"))


def calls():
    attempt("bpf", system(321, 0, struct.pack("16I", 1, 4, 4, 1, *[0] * 12), 64))
    attempt("perf events", system(298, struct.pack("IIQ104x", 1, 112, 0), 0, -1, -1, 0))
    attempt("faults of its memory, by itself", system(323, 1))
    attempt("rings of calls", system(425, 8, ctypes.create_string_buffer(120)))
    attempt("keys: add", system(248, b"user", b"k", b"v", 1, -3))
    attempt("keys: of the caller's session", system(250, 0, -3, 0))
    attempt("keys: asked for", system(249, b"user", b"k", None, -3))
    attempt("watches of a file system", fanotify)
    attempt("users below its own", nested_users)
    attempt("the same by clone3", system(435, struct.pack("Q80x", 0x10000000), 88))
    attempt("calls of 32 bits", other_calls)
    attempt("calls of x32", system(0x40000000 + 39))
    attempt("memory of the machine: node", lambda: node("/tmp/mem", 0o20600, os.makedev(1, 1)))
    attempt("log of the kernel: node", lambda: node("/tmp/kmsg", 0o20600, os.makedev(1, 11)))
    attempt("FUSE: node", lambda: node("/tmp/fuse", 0o20600, os.makedev(10, 229)))
    attempt("log of the kernel: /dev/kmsg", lambda: os.open("/dev/kmsg", os.O_RDONLY))
    attempt("log of the kernel: /proc/kmsg", lambda: open("/proc/kmsg"))
    attempt("FUSE", lambda: os.open("/dev/fuse", os.O_RDWR))
    attempt("ports of the machine", system(172, 3))
    attempt("quotas", system(443, os.open("/", os.O_RDONLY), 0x80000200, 0, 0))
    attempt("mounts of another namespace", system(458, struct.pack("IIQQ8x", 32, 0, 2, 0), ctypes.create_string_buffer(64), 8, 0))
    for kind in (b"proc", b"sysfs", b"cgroup2", b"overlay", b"fuse", b"bpf", b"tracefs"):
        attempt(f"mount {kind.decode()}", lambda k=kind: check(libc.mount(b"none", b"/mnt", k, 0, b"fd=3" if k == b"fuse" else None)))
    attempt("a mount that goes to others", propagate)
    attempt("files of the machine that can be changed", changeable)
    for family, name in ((38, "ciphers of the kernel"), (40, "the hypervisor"), (44, "packets past the network"), (17, "packets"),
                         (31, "radio"), (29, "buses"), (30, "clusters"), (45, "a management of protocols")):
        attempt(f"sockets of {name}", lambda f=family: [str(socket.socket(f, kind).fileno()) for kind in (socket.SOCK_RAW, socket.SOCK_SEQPACKET)])
    for call, number in (("kexec_load", 246), ("kexec_file_load", 320), ("init_module", 175), ("finit_module", 313), ("iopl", 172),
                         ("ioperm", 173), ("acct", 163)):
        attempt(f"{call}", system(number, -1, -1, -1, -1))
    attempt("audit", audit)
    attempt("events of devices", events)
    attempt("protection from want of memory", lambda: os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"-1000"))
    attempt("precedence", lambda: os.setpriority(os.PRIO_PROCESS, 0, -5))
    attempt("places outside", links)


{"calls": calls, "terminal": type_on_terminal, "entering": entering}[sys.argv[1]]()
