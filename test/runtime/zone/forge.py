"""Tells the event of a zone that there is not, as base/zone_event.h has it, from where it counts and from where it must not.

usage: forge.py DTRACE PROGRAM | forge.py NAME REASON [PID]
"""
import ctypes
import os
import struct
import subprocess
import sys
import time

SIGNAL, CODE, RUNNING = 28, -23040, 9


def tell(name, reason, pid):
    event = ctypes.create_string_buffer(struct.pack("<8sIi4Q64s16s80s256s", b"zonevent", RUNNING, 7, 0, 0, 0, 0, name.encode(),
                                                    b"linux", reason.encode(), b"/nowhere"))
    info = ctypes.create_string_buffer(struct.pack("<iiiiiiQ", SIGNAL, 0, CODE, 0, 0, 0, ctypes.addressof(event)), 128)
    ctypes.CDLL(None).syscall(129, pid, SIGNAL, info)  # rt_sigqueueinfo


def main():
    if sys.argv[1].startswith("forged"):
        tell(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else os.getpid())
        return
    name = f"forged{os.getpid()}"
    me = [sys.executable, __file__, name]
    with subprocess.Popen([sys.argv[1], "-s", sys.argv[2], name], stdout=subprocess.PIPE, text=True) as dtrace:
        assert dtrace.stdout.readline() == "begun\n"
        for reason, prefix in (("users", ["unshare", "-Ur"]), ("pids", ["unshare", "-pf"]),
                               ("rights", ["setpriv", "--bounding-set", "-sys_admin", "--inh-caps", "-sys_admin"]),
                               ("nobody", ["setpriv", "--reuid", "65534", "--clear-groups"])):
            subprocess.run([*prefix, *me, reason], check=True)
        subprocess.run([*me, "another", str(os.getpid())], check=True)
        subprocess.run([*me, "root of the system"], check=True)
        time.sleep(0.5)
        dtrace.terminate()
        print(dtrace.stdout.read().strip())


main()
