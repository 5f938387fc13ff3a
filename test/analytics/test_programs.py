"""Statistics of programs that have probes of their own, beside what those programs count."""
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

PYTHON_LOAD = """
import gc, sys
gc.disable()
print("ready", flush=True)
sys.stdin.readline()
def known_function(i): pass
list(map(known_function, range(1000)))
for i in range(25): gc.collect()
print("done", flush=True)
sys.stdin.readline()
"""


@unittest.skipUnless(os.geteuid() == 0, "dtraced needs root")
class Programs(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="glasshouse-programs-"))
        self.addCleanup(shutil.rmtree, self.folder)
        sock = self.folder / "dtraced.sock"
        broker = subprocess.Popen([str(BUILD / "bin/dtraced"), "--foreground", "--socket", str(sock)],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (broker.terminate(), broker.wait()))
        while not sock.exists() and broker.poll() is None:
            time.sleep(0.05)
        self.socket = sock

    def watch(self, command, *names):
        done = subprocess.run([str(BUILD / "test/analytics/watch"), str(SRC / "share/analytics"), str(self.socket), command, *names],
                              capture_output=True, text=True, timeout=100)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def told_by_python(self, module, name):
        """What a statistic of a Python process tells of the load; module: run the load by this, or None."""
        script = self.folder / "load.py"
        script.write_text(PYTHON_LOAD)
        env = {**os.environ, "PYTHONPATH": str(SRC / "python"), "GLASSHOUSE_LIBUSDT": str(BUILD / "usdt/libusdt.so.0")}
        with subprocess.Popen(["/usr/bin/python3", *(["-m", module] if module else []), str(script)], env=env,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as p:
            try:
                self.assertEqual(p.stdout.readline(), "ready\n")
                # Its standard input is a pipe of ours; a line through it sets it to work.
                told = self.watch(f"echo > /proc/{p.pid}/fd/0; sleep 2", name.format(pid=p.pid))[name.format(pid=p.pid)]
            finally:
                p.communicate("\n", timeout=10)
        if told["state"] == "enabling" and "does not match any probes" in told["error"]:
            self.skipTest("this Python was built without probes")
        self.assertEqual(told["state"], "active", told["error"])
        return told["series"][""]

    def test_python_gc(self):
        self.assertEqual(self.told_by_python(None, "python.gc[pid={pid}]"), 25)

    def test_python_calls(self):
        self.assertEqual(self.told_by_python("glasshouse.probes", "python.calls[pid={pid}][function=known_function]"), 1000)

    def test_what_is_missing_is_told(self):
        told = self.watch("true", "java.gc")["java.gc"]
        if told["state"] == "active":
            self.skipTest("a Java runs here")
        self.assertEqual(told["state"], "enabling")
        self.assertIn("it needs a running Java", told["error"])


    def test_a_program_may_start_later(self):
        script = self.folder / "late.py"
        script.write_text("import gc, time\ngc.disable()\nfor i in range(90):\n    gc.collect()\n    time.sleep(0.1)\n")
        told = self.watch(f"sleep 1; bash -c 'exec -a known-late /usr/bin/python3 {script}'", f"python.gc[psargs=\"known-late {script}\"]")
        told = next(iter(told.values()))
        if told["state"] == "enabling":
            self.skipTest("this Python was built without probes")
        self.assertGreater(told["series"][""], 10)


if __name__ == "__main__":
    unittest.main()
