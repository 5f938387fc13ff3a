"""Does what hardly ever happens, a known number of times, and writes down what it saw: provoke.py FOLDER OUT CGROUP

OUT becomes a JSON object, for each of the functions below what it returns; {"skip": why} where it cannot. Runs in a network namespace
of its own (test_provoked.py), as root. CGROUP is a new memory group with a limit. What is to be seen at the end of a second waits for
the seconds of who looks, by the file that $WATCH_SECONDS names (watch.c): on a busy machine it looks late.
"""
import contextlib
import ctypes
import fcntl
import json
import mmap
import os
import resource
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path

PAGE = mmap.PAGESIZE
LIBC = ctypes.CDLL(None, use_errno=True)


class Skip(Exception):
    pass


def call_me(name):
    """The thread's own name."""
    Path(f"/proc/self/task/{threading.get_native_id()}/comm").write_text(name)


def until(condition, what, seconds=20):
    """The first true value of condition()."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.002)
    raise TimeoutError(f"did not happen in {seconds} s: {what}")


def looked():
    return int(Path(os.environ["WATCH_SECONDS"]).read_text() or 0)


def let_seconds_pass(n):
    """Until n seconds have been looked at that had not been when it began: the first may have been under way."""
    wanted = looked() + n + 1
    until(lambda: looked() >= wanted, f"{n} seconds are looked at", 20 + n)


def sleeps_in(tid, number):
    """Does the thread sleep in this system call?"""
    task = Path(f"/proc/self/task/{tid}")
    return (task / "syscall").read_text().split()[0] == str(number) and (task / "stat").read_text().rpartition(")")[2].split()[0] in "SD"


# ---- locks of the kernel ----

ROUNDS, HOLD_S = 10, 0.05


def locks(_):
    """A writer holds a pipe's lock while the page that it writes from is missing; a reader waits for the lock."""
    syscall_userfaultfd, api, register, zeropage, syscall_read = 323, 0xc018aa3f, 0xc020aa00, 0xc020aa04, 0
    uffd = LIBC.syscall(syscall_userfaultfd, os.O_CLOEXEC | os.O_NONBLOCK)
    if uffd < 0:
        raise Skip("no userfaultfd: " + os.strerror(ctypes.get_errno()))
    fcntl.ioctl(uffd, api, struct.pack("QQQ", 0xaa, 0, 0))
    region = mmap.mmap(-1, ROUNDS * PAGE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(region))
    fcntl.ioctl(uffd, register, struct.pack("QQQQ", address, ROUNDS * PAGE, 1, 0))
    reads, writes = os.pipe()
    waited, tids, held = [], [], 0

    def write(i):
        LIBC.write(writes, ctypes.c_void_p(address + i * PAGE), ctypes.c_size_t(PAGE))

    def read():
        buffer = ctypes.create_string_buffer(PAGE)
        tids.append(threading.get_native_id())
        call_me("known-waiter")
        begun = time.monotonic()
        LIBC.read(reads, buffer, ctypes.c_size_t(PAGE))
        waited.append(time.monotonic() - begun)
        call_me("known-else")

    for i in range(ROUNDS):
        writer, reader = threading.Thread(target=write, args=(i,)), threading.Thread(target=read)
        writer.start()
        # The missing page is told of when the writer has the lock.
        if not select.select([uffd], [], [], 20)[0]:
            raise TimeoutError("the writer misses no page")
        os.read(uffd, 32)
        reader.start()
        until(lambda: len(tids) == i + 1 and sleeps_in(tids[i], syscall_read), "the reader waits")
        asleep = time.monotonic()
        time.sleep(HOLD_S)
        held += time.monotonic() - asleep
        fcntl.ioctl(uffd, zeropage, struct.pack("QQQq", address + i * PAGE, PAGE, 0, 0))
        writer.join(10)
        reader.join(10)
    for fd in (reads, writes, uffd):
        os.close(fd)
    return {"waits": ROUNDS, "least": held, "most": sum(waited)}


# ---- the cache of files ----

PAGES = 200


def pages(folder):
    """A file is written, dropped, read, read again, dropped, and mapped."""
    path = folder / "pages"
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_majflt
    call_me("known-pages")

    def drop():
        os.fsync(fd)
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)

    def read():
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_RANDOM)
        for i in range(PAGES):
            os.pread(fd, PAGE, i * PAGE)
    try:
        for _ in range(PAGES):
            os.write(fd, b"x" * PAGE)
        drop()
        read()
        read()
        drop()
        with mmap.mmap(fd, PAGES * PAGE, mmap.MAP_SHARED, mmap.PROT_READ) as m:
            m.madvise(mmap.MADV_RANDOM)
            for i in range(PAGES):
                m[i * PAGE]
        drop()
        faults = resource.getrusage(resource.RUSAGE_SELF).ru_majflt - faults
        if faults < PAGES:
            raise Skip(f"the file system of {folder} drops no pages")
        return {"pages": PAGES, "faults": faults}
    finally:
        call_me("known-else")
        os.close(fd)


def signals(_):
    """Signals that wait take an object each."""
    number = signal.SIGRTMIN + 3
    signal.pthread_sigmask(signal.SIG_BLOCK, [number])
    call_me("known-signals")
    for _ in range(200):
        LIBC.sigqueue(os.getpid(), number, ctypes.c_void_p(0))
    call_me("known-else")
    queued = next(l for l in Path("/proc/self/status").read_text().splitlines() if l.startswith("SigQ"))
    while signal.sigtimedwait([number], 0):
        pass
    return {"sent": 200, "queued": int(queued.split()[1].split("/")[0])}


def attributes(folder):
    """The value of an attribute is copied into memory of the kernel's: of 3000 bytes into 4096."""
    path = folder / "attributes"
    path.write_text("")
    call_me("known-xattr")
    try:
        for _ in range(100):
            os.setxattr(path, "user.known", b"x" * 3000)
    finally:
        call_me("known-else")
    return {"set": 100}


def reclaim(folder, group):
    """A file that is larger than the group's memory is written."""
    before = int((group / "memory.failcnt").read_text())
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        (group / "cgroup.procs").write_text(str(os.getpid()))
        call_me("known-reclaim")
        fd = os.open(folder / "large", os.O_WRONLY | os.O_CREAT, 0o600)
        for _ in range(64):
            os.write(fd, b"x" * (1 << 20))
        os._exit(0)
    os.waitpid(child, 0)
    return {"seconds": time.monotonic() - begun, "failed": int((group / "memory.failcnt").read_text()) - before}


def killed(group):
    """Processes that need more than their group may have, and are killed for it."""
    for _ in range(3):
        child = os.fork()
        if child == 0:
            (group / "cgroup.procs").write_text(str(os.getpid()))
            m = mmap.mmap(-1, 64 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            for at in range(0, 64 << 20, PAGE):
                m[at] = 1
            os._exit(0)
        if os.waitpid(child, 0)[1] != signal.SIGKILL:
            raise Skip("no process was killed")
    return {"processes": 3}


# ---- the network ----

def snmp(protocol, counter):
    rows = [l.split() for l in Path("/proc/net/snmp").read_text().splitlines() if l.startswith(protocol + ":")]
    return int(rows[1][rows[0].index(counter)])


def retransmits(_):
    """A receiver's socket throws away what comes, for a while."""
    attach, detach = 26, 27  # SO_ATTACH_FILTER, SO_DETACH_FILTER
    reject = struct.pack("HBBI", 0x06, 0, 0, 0)  # return 0
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as sender, server.accept()[0] as receiver:
            receiver.settimeout(10)
            before = snmp("Tcp", "RetransSegs")
            program = ctypes.create_string_buffer(reject, len(reject))
            receiver.setsockopt(socket.SOL_SOCKET, attach, struct.pack("HxxxxxxQ", 1, ctypes.addressof(program)))
            for _ in range(3):
                sender.sendall(b"x" * 1000)
            until(lambda: snmp("Tcp", "RetransSegs") >= before + 2, "segments are sent again")
            receiver.setsockopt(socket.SOL_SOCKET, detach, 0)
            got = b""
            while len(got) < 3000:
                got += receiver.recv(3000)
            # Once all has been acknowledged nothing is sent again.
            until(lambda: struct.unpack("i", fcntl.ioctl(sender, termios.TIOCOUTQ, bytes(4)))[0] == 0, "all is acknowledged")
            return {"port": port, "counted": snmp("Tcp", "RetransSegs") - before}


TAP, ADDRESS, PACKETS = "ghtap0", "10.254.77.1", 40


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def tap(kept):
    """An interface of our own: packets come in for a port where nobody listens, and more go out than anybody takes."""
    fd = os.open("/dev/net/tun", os.O_RDWR)
    kept.callback(os.close, fd)  # the interface goes with it: it has to be there when a second is looked at
    fcntl.ioctl(fd, 0x400454ca, struct.pack("16sH22x", TAP.encode(), 0x0001 | 0x1000))  # TUNSETIFF, a tun without header
    Path(f"/proc/sys/net/ipv6/conf/{TAP}/disable_ipv6").write_text("1")
    for command in (f"addr add {ADDRESS}/24 dev {TAP}", f"link set {TAP} txqueuelen 10 up"):
        if os.system(f"ip {command}"):
            raise Skip("no interface of one's own")
    ports = snmp("Udp", "NoPorts")
    udp = struct.pack(">HHHH", 9, 9, 8, 0)
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 28, 1, 0, 64, 17, 0, socket.inet_aton("10.254.77.2"), socket.inet_aton(ADDRESS))
    head = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
    for _ in range(PACKETS):
        os.write(fd, head + udp)
    until(lambda: snmp("Udp", "NoPorts") - ports >= PACKETS, "packets for nobody are counted")
    ports = snmp("Udp", "NoPorts") - ports
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for _ in range(200):
            s.sendto(b"x", ("10.254.77.2", 9))
    row = next(l for l in Path("/proc/net/dev").read_text().splitlines() if TAP in l).split(":")[1].split()
    return {"nobody": ports, "dropped": int(row[11])}


# ---- a disk that does not answer ----

REQUESTS, FROZEN_S = 4, 60  # the seconds: should we be ended meanwhile


def run(*words):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True, timeout=20).stdout.strip()


def frozen_disk(folder):
    """Requests to a loop device whose file lies on a file system that is frozen."""
    image, mount = folder / "image", folder / "mount"
    mount.mkdir()
    with image.open("wb") as f:
        f.truncate(32 << 20)
    run("mkfs.ext4", "-q", image)
    with contextlib.ExitStack() as stack:
        run("mount", "-o", "loop", image, mount)
        stack.callback(run, "umount", mount)
        (mount / "disk").write_bytes(bytes(1 << 20))
        device = run("losetup", "--show", "--find", mount / "disk")
        stack.callback(run, "losetup", "--detach", device)
        waited = []

        def write(fd, i):
            call_me("known-frozen")
            with mmap.mmap(-1, PAGE) as page:
                begun = time.monotonic()
                os.pwrite(fd, page, i * PAGE)
                waited.append(time.monotonic() - begun)

        def inflight():
            return sum(map(int, Path(f"/sys/block/{device[5:]}/inflight").read_text().split()))
        fd = os.open(device, os.O_RDWR | os.O_DIRECT)
        stack.callback(os.close, fd)
        run("fsfreeze", "-f", mount)
        thaw = subprocess.Popen(["sh", "-c", f"sleep {FROZEN_S} & trap 'kill $!' TERM; wait; exec fsfreeze -u {mount}"], start_new_session=True)
        threads = [threading.Thread(target=write, args=(fd, i)) for i in range(REQUESTS)]
        try:
            for t in threads:
                t.start()
            until(lambda: inflight() == REQUESTS, "all requests are on their way")
            began = time.monotonic()
            let_seconds_pass(2)  # of which one is frozen from its beginning to its end
            queue, held = inflight(), time.monotonic() - began
        finally:
            thaw.terminate()
            thaw.wait(20)
            for t in threads:
                t.join(20)
        return {"disk": device[5:], "queue": queue, "least": REQUESTS * held, "most": sum(waited)}


def main(folder, out, group):
    result = {}
    with contextlib.ExitStack() as kept:
        for name, what in {"locks": locks, "pages": pages, "signals": signals, "attributes": attributes, "retransmits": retransmits,
                           "tap": lambda _: tap(kept), "reclaim": lambda f: reclaim(f, Path(group)), "killed": lambda _: killed(Path(group)),
                           "frozen_disk": frozen_disk}.items():
            try:
                result[name] = what(folder)
            except Skip as why:
                result[name] = {"skip": str(why)}
            except TimeoutError:
                raise
            except (OSError, subprocess.SubprocessError) as why:
                result[name] = {"skip": f"cannot be had here: {why}"}
        let_seconds_pass(1)
    Path(out).write_text(json.dumps(result))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
