"""What is loaded in the kernel: ids of BPF programs, maps and links, and who holds them.

Ids come from the bpf(2) system call itself, so that no tool is needed; holders from /proc/PID/fdinfo.
An object is a pair such as ("prog", 17).
"""
import ctypes
import errno
import os
import re
import time
from pathlib import Path

SYS_BPF = {"x86_64": 321, "aarch64": 280}
NEXT_ID = {"prog": 11, "map": 12, "link": 31}
FDINFO = re.compile(rb"^(prog|map|link)_id:\s*(\d+)", re.M)

_libc = ctypes.CDLL(None, use_errno=True)


class _NextId(ctypes.Structure):
    _fields_ = [("start_id", ctypes.c_uint32), ("next_id", ctypes.c_uint32), ("open_flags", ctypes.c_uint32)]


def all_objects():
    """Every object there is. Needs root."""
    found = set()
    number = SYS_BPF[os.uname().machine]
    for kind, cmd in NEXT_ID.items():
        attr = _NextId()
        while _libc.syscall(number, cmd, ctypes.byref(attr), ctypes.sizeof(attr)) == 0:
            found.add((kind, attr.next_id))
            attr.start_id = attr.next_id
        if ctypes.get_errno() != errno.ENOENT:
            raise OSError(ctypes.get_errno(), f"listing of {kind}s")
    return found


def held_by(pid):
    """The objects that a process has descriptors of. A link's program counts with it."""
    found = set()
    try:
        for entry in os.scandir(f"/proc/{pid}/fdinfo"):
            try:
                text = Path(entry.path).read_bytes()
            except OSError:
                continue
            found.update((kind.decode(), int(number)) for kind, number in FDINFO.findall(text))
    except OSError:
        pass
    return found


def processes():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def processes_with(variable):
    """(pid, command line) of the live processes with this NAME=value in their environment, without us."""
    found = []
    for pid in processes():
        try:
            environ = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
            if pid != os.getpid() and variable in environ:
                line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
                found.append((pid, line.decode(errors="replace")))
        except OSError:
            pass
    return found


def orphans(before):
    """Objects that are new since the set `before` and that no process holds."""
    held = set()
    for pid in processes():
        held |= held_by(pid)
    return {o for o in all_objects() - before - held}


def wait_until_gone(remaining, seconds):
    """Calls remaining() until it is empty or the time is over; the objects that stayed throughout.

    The kernel frees programs and maps some time after the last descriptor is closed."""
    end = time.monotonic() + seconds
    stayed = set(remaining())
    while stayed and time.monotonic() < end:
        time.sleep(0.2)
        stayed &= set(remaining())
    return stayed
