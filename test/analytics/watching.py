"""Datasets beside what they tell of: a dtraced of the test's own, and `watch` (watch.c)."""
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

SRC = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("GLASSHOUSE_BUILD", SRC / "build"))
PATIENCE_S = 30


def until(condition, what, seconds=PATIENCE_S):
    """The first true value of condition()."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"did not happen in {seconds} s: {what}")


@unittest.skipUnless(os.geteuid() == 0, "dtraced needs root")
class Watching(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="glasshouse-watching-", dir=os.environ.get("TMPDIR", "/var/tmp")))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.socket = self.folder / "dtraced.sock"
        broker = self.run_beside([str(BUILD / "bin/dtraced"), "--foreground", "--socket", str(self.socket)])
        until(lambda: self.socket.exists() or broker.poll() is not None, "dtraced listens")

    def run_beside(self, command, log=os.devnull, **more):
        """A process that ends with the test; what it complains of goes into a file."""
        with open(log, "w") as said:
            p = subprocess.Popen(command, **{"stdin": subprocess.DEVNULL, "stdout": said, "stderr": said, **more})

        def end():
            p.terminate()
            try:
                p.wait(10)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait(10)
        self.addCleanup(end)
        return p

    def watch(self, command, *names, seconds=100):
        """What the datasets told while the shell ran the command."""
        done = subprocess.run([str(BUILD / "test/analytics/watch"), str(SRC / "share/analytics"), str(self.socket), command, *names],
                              capture_output=True, text=True, timeout=seconds)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def active(self, told):
        """It counted, and lost nothing."""
        self.assertEqual((told["state"], told["lost"]), ("active", 0), told["error"])
        return told["series"]
