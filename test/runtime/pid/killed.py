"""What becomes of commands whose dtrace is killed where it holds them still: killed.py DTRACE DIRECTORY

None may be left, stopped or not: the kernel kills them with dtrace. First a dtrace that cannot let its command go on, being
stopped itself; then some that are killed anywhere while their commands become other programs all the time.
"""
import os
import random
import signal
import subprocess
import sys
import time

DTRACE, DIRECTORY = sys.argv[1:3]
CLAUSE = "pid$target::no_such_function:entry { }"
BOUND = 30


def until(what, condition):
    end = time.monotonic() + BOUND
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.005)
    sys.exit(f"still not after {BOUND} s: {what}")


def fields(pid):
    """Name, state and parent of a process; None: it is gone, or waits for its parent to see that."""
    try:
        with open(f"/proc/{pid}/stat") as f:
            name, rest = f.read().split("(", 1)[1].rsplit(")", 1)
    except OSError:
        return None
    state, parent = rest.split()[:2]
    return (name, state, int(parent)) if state not in "XZ" else None


def children(pid):
    found = [int(p) for p in os.listdir("/proc") if p.isdigit()]
    return [p for p in found if (fields(p) or ("", "", 0))[2] == pid]


def start(command):
    return subprocess.Popen([DTRACE, "-Zqn", CLAUSE, "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def kill(dtrace):
    dtrace.kill()
    dtrace.wait(timeout=BOUND)
    dtrace.stdin.close()
    dtrace.stdout.close()


def while_it_stands():
    dtrace = start("sh -c 'echo begun; read line; exec sleep 1000'")
    dtrace.stdout.read(1)  # ends with dtrace, at the latest
    command = children(dtrace.pid)[0]
    dtrace.send_signal(signal.SIGSTOP)
    until("dtrace stopped", lambda: fields(dtrace.pid)[1] == "T")
    dtrace.stdin.write(b"\n")
    dtrace.stdin.flush()
    until("the command stopped at its exec", lambda: fields(command)[:2] == ("sleep", "T"))
    kill(dtrace)
    until("the command gone", lambda: not fields(command))


def anywhere(script):
    dtrace = start(f"sh {script}")
    dtrace.stdout.read(1)
    commands = children(dtrace.pid)
    time.sleep(random.random() / 10)
    kill(dtrace)
    for command in commands:
        until("the command gone", lambda: not fields(command))


def main():
    script = os.path.join(DIRECTORY, "on")
    with open(script, "w") as f:
        f.write('[ "$1" ] || echo begun\nexec sh "$0" on\n')
    while_it_stands()
    for _ in range(20):
        anywhere(script)
    print("none is left")


main()
