"""Makes processes, threads and signals, and counts them itself: "NAME COUNT", one a line, in the file named by its argument."""
import ctypes
import os
import resource
import signal
import sys
import threading
from collections import Counter

did = Counter()


def child(action):
    """A forked process that does it and ends; its wait status."""
    pid = os.fork()
    if pid == 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        action()
        os._exit(0)
    did["create"] += 1
    did["sysfork"] += 1
    status = os.waitpid(pid, 0)[1]
    did["exit"] += 1
    did["lwp-exit"] += 1
    did[f"exit-reason-{2 if os.WIFSIGNALED(status) else 1}"] += 1
    return status


def spawn():
    pid = os.posix_spawn("/bin/true", ["true", "one"], {})
    did.update(["create", "sysvfork", "exec-success", "exit", "lwp-exit", "exit-reason-1"])
    os.waitpid(pid, 0)


def failing_exec():
    did.update(["exec", "exec-failure"])
    try:
        os.execv("/nonexistent/program", ["program"])
    except FileNotFoundError:
        pass


def thread():
    t = threading.Thread(target=lambda: None)
    t.start()
    t.join()
    did.update(["lwp-create", "nthreads", "lwp-exit"])


def crash():
    # libc's own signal handling is not in the way, nor is Python's.
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    ctypes.string_at(8, 1)


signal.signal(signal.SIGUSR1, lambda *_: None)
signal.signal(signal.SIGUSR2, signal.SIG_IGN)
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
for _ in range(7):
    assert child(lambda: None) == 0
for _ in range(3):
    child(lambda: os.kill(os.getpid(), signal.SIGKILL))
    did["send-9"] += 1
for _ in range(2):
    child(crash)
    did["fault"] += 1
for _ in range(5):
    spawn()
    did["exec"] += 1
for _ in range(4):
    failing_exec()
for _ in range(6):
    thread()
for _ in range(9):
    os.kill(os.getpid(), signal.SIGUSR1)
    did.update(["send-10", "handle-10"])
for _ in range(8):
    os.kill(os.getpid(), signal.SIGUSR2)
    did["discard-12"] += 1
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
for _ in range(3):
    os.kill(os.getpid(), signal.SIGTERM)
    assert signal.sigtimedwait([signal.SIGTERM], 5).si_signo == signal.SIGTERM
    did.update(["send-15", "clear-15"])
did["start"] = did["create"]
did["lwp-start"] = did["create"] + did["lwp-create"]
did.update(["exit", "lwp-exit", "exit-reason-1"])  # its own, to come
with open(sys.argv[1], "w") as out:
    out.writelines(sorted(f"{name} {count}\n" for name, count in did.items()))
os._exit(0)
