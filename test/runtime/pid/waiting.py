"""What becomes of a process that loads libraries while dtrace does not answer, or is killed: waiting.py DTRACE LOADS LIBRARY

It goes on by itself, and ends as it should.
"""
import signal
import subprocess
import sys
import time

DTRACE, LOADS, LIBRARY = sys.argv[1:4]
BOUND = 60
SCRIPT = "BEGIN { printf(\"begun\"); } pid$target:nothing:nothing:entry { }"


def until(what, condition):
    end = time.monotonic() + BOUND
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"still not after {BOUND} s: {what}")
        time.sleep(0.005)


def is_stopped(pid):
    with open(f"/proc/{pid}/stat") as f:
        return f.read().rsplit(")", 1)[1].split()[0] == "T"


def start():
    """A dtrace that traces, and what it traces, which has yet to begin."""
    loads = subprocess.Popen([LOADS, LIBRARY, "100", "0", "stop"])
    until("the process stopped", lambda: is_stopped(loads.pid))
    dtrace = subprocess.Popen([DTRACE, "-Zqn", SCRIPT, "-p", str(loads.pid)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    dtrace.stdout.read(1)  # ends with dtrace, at the latest
    return dtrace, loads


def end(dtrace, loads, what):
    dtrace.kill()
    dtrace.wait(timeout=BOUND)
    dtrace.stdout.close()
    print(what, loads.wait(timeout=BOUND))


def main():
    dtrace, loads = start()
    dtrace.send_signal(signal.SIGSTOP)
    until("dtrace stopped", lambda: is_stopped(dtrace.pid))
    loads.send_signal(signal.SIGCONT)
    status = loads.wait(timeout=BOUND)
    end(dtrace, loads, f"dtrace stopped: {status},")
    for delay_ms in 0, 5, 20, 50:
        dtrace, loads = start()
        loads.send_signal(signal.SIGCONT)
        time.sleep(delay_ms / 1000)
        end(dtrace, loads, "dtrace killed:")


main()
