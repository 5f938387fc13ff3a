"""What the tests of the Python packages share. They run with the packages of this tree and the library of a build folder,
which the runner names."""
import os
import signal
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

SRC = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("GLASSHOUSE_BUILD", SRC / "build"))
os.environ.setdefault("GLASSHOUSE_LIBDTRACE", str(BUILD / "lib/libdtrace.so.1"))
os.environ.setdefault("DTRACE_OPT_SYSLIBDIR", str(SRC / "dlib"))
sys.path[:0] = [str(SRC / "python"), str(SRC / "test")]

from waiting import until  # noqa: E402,F401


def needs_root(test):
    return unittest.skipIf(os.geteuid() != 0, "needs root")(test)


class Busy:
    """System calls of this process while it is entered: getpgid(), many of them."""

    def __enter__(self):
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        while not self._stop.is_set():
            os.getpgid(0)
            time.sleep(0.001)

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()


def python(text, *args, interrupt_at=None, timeout=60):
    """Runs a text as a program of its own: its status and its output. It gets a Ctrl-C once it has printed a line that
    begins with interrupt_at."""
    env = {**os.environ, "PYTHONPATH": str(SRC / "python")}
    with subprocess.Popen([sys.executable, "-u", "-c", text, *args], env=env, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True) as p:
        timer = threading.Timer(timeout, p.kill)
        timer.start()
        out = []
        for line in p.stdout:
            out.append(line)
            if interrupt_at and line.startswith(interrupt_at):
                interrupt_at = None
                p.send_signal(signal.SIGINT)
        status = p.wait()
        timer.cancel()
    return status, "".join(out)
