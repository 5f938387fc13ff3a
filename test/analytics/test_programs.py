"""Statistics of programs that have probes of their own, beside what those programs count."""
import os
import subprocess
import unittest

from watching import BUILD, SRC, Watching

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


class Programs(Watching):
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
