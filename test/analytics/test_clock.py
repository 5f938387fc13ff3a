"""The wall clock is set, forward and back, under real daemons: what is told afterwards is true, and says what is missing.

Both daemons run by a clock that the test sets (stepped_clock.c). Beside them a program counts its own calls by the monotonic clock.
"""
import ctypes
import json
import mmap
import os
import re
import subprocess
import time
import unittest
import unittest.mock
import urllib.parse
import urllib.request

from watching import BUILD, Watching, until

CALLER = """
import os, sys, time
open("/proc/self/comm", "w").write("known-clock")
next_at = time.monotonic()
while True:
    for i in range(20): os.getppid()
    next_at += 0.05
    time.sleep(max(0, next_at - time.monotonic()))
"""
RATE = 400  # calls in a second
CALLS = "syscall.ops[execname=known-clock][syscall=getppid]"
NAMES = (CALLS, "cpu.utilization", "proc.made", "net.protocols[protocol=Tcp][counter=ActiveOpens]")
# The clock that they see.
SHIM = BUILD / "test/analytics/libstepped_clock.so"


class Clock(Watching):
    def setUp(self):
        path = self.folder_of_clock()
        with open(path, "r+b") as f:
            self.memory = mmap.mmap(f.fileno(), 8)
        self.ahead = ctypes.c_int64.from_buffer(self.memory)
        environment = {"LD_PRELOAD": str(SHIM), "STEPPED_CLOCK": str(path)}
        with unittest.mock.patch.dict(os.environ, environment):
            super().setUp()
            self.log = self.folder / "log"
            daemon = self.run_beside([str(BUILD / "bin/analyticsd"), "--data", str(self.folder / "data"), "--listen", "127.0.0.1:0", "--socket", str(self.socket),
                                      "--web", "none"], log=self.log)
        said = until(lambda: daemon.poll() is not None or re.search(r"listening on (http://[^/]*)", self.log.read_text()), "analyticsd listens")
        self.assertIsNone(daemon.poll(), self.log.read_text())
        self.url, self.token = said[1], (self.folder / "data/token").read_text().strip()

    def folder_of_clock(self):
        path = f"/dev/shm/glasshouse-clock-{os.getpid()}"
        with open(path, "wb") as f:
            f.write(bytes(8))
        self.addCleanup(os.unlink, path)
        return path

    def ask(self, method, path, body=None):
        request = urllib.request.Request(f"{self.url}/api/v1/{path}", method=method, data=json.dumps(body).encode() if body is not None else None,
                                         headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or b"null")

    def now(self):
        return time.time() + self.ahead.value / 1e9

    def dataset(self, name):
        return self.ask("GET", "datasets/" + urllib.parse.quote(name, safe=""))

    def values(self, name, start, end):
        """second -> (value, known) of what is there."""
        v = self.ask("GET", f"datasets/{urllib.parse.quote(name, safe='')}/values?start={int(start)}&end={int(end)}&step=1&points=20000")
        self.assertEqual(v["step"], 1)
        series = v["series"][0]["values"] if v["series"] else []
        return {v["start"] + i + 1: x for i, x in enumerate(series) if x is not None and v["known"][i]}

    def wait(self, seconds):
        """Until so many seconds of the clock as it is now are there."""
        after = int(self.now())
        for name in NAMES:
            until(lambda: self.dataset(name)["last"] >= after + seconds and self.dataset(name)["last"] <= self.now() + 1, f"{name}: {seconds} seconds from {after} on")

    def step(self, by_s):
        self.ahead.value += int(by_s * 1e9)

    def check(self, start, end):
        """Nothing in a second that cannot have happened in one: neither twice as much, nor below nothing."""
        calls = self.values(CALLS, start, end)
        # The second of a step may be as long as two, and one of a machine that was busy a little longer.
        self.assertLess(max(calls.values(), default=0), 3.5 * RATE, calls)
        self.assertGreaterEqual(min(calls.values(), default=0), 0, calls)
        self.assertLess(max(self.values("cpu.utilization", start, end).values(), default=0), 100.01)
        for name in NAMES[2:]:
            self.assertTrue(all(0 <= v < 20000 for v in self.values(name, start, end).values()), name)
        return calls

    def test_the_clock_is_set(self):
        script = self.folder / "caller.py"
        script.write_text(CALLER)
        self.run_beside(["/usr/bin/python3", str(script)])
        for name in NAMES:
            self.ask("POST", "datasets", {"name": name, "saved": True})
        self.ask("POST", "thresholds", {"name": "half an hour", "dataset": "cpu.utilization", "limit": -1, "minpost": 1800, "minclear": 1})
        begun = self.now()
        self.wait(4)
        # Forward by three hours and a half second: a gap, and no alert, for nothing lasted half an hour.
        self.step(3 * 3600 + 0.5)
        self.wait(3)
        calls = self.check(begun, self.now() + 5)
        gap = [b - a for a, b in zip(sorted(calls), sorted(calls)[1:]) if b - a > 3600]
        self.assertEqual(len(gap), 1, sorted(calls))
        self.assertAlmostEqual(gap[0], 3 * 3600, delta=4)
        self.assertEqual(self.ask("GET", "alerts")["alerts"], [])
        # Back by three seconds: these are there already, and stay what they were.
        before, kept = self.now(), self.check(begun, self.now())
        self.step(-3)
        until(lambda: self.dataset(CALLS)["last"] > before + 1, "time has passed the mark again")
        again = self.check(begun, self.now())
        self.assertEqual({s: v for s, v in kept.items() if s < before - 1}, {s: again.get(s) for s in kept if s < before - 1})
        # Back by two hours: what has a time of the future is gone, and the present is told at once.
        self.step(-2 * 3600)
        self.wait(3)
        calls = self.check(begun, self.now() + 4 * 3600)
        self.assertLessEqual(max(calls), self.now() + 1)
        self.assertEqual(self.ask("GET", "alerts")["alerts"], [])
        # As exact as ever: whole seconds have what the program did in them.
        recent = sorted(s for s in calls if s > self.now() - 20)[1:-1]
        self.assertGreater(sum(calls[s] for s in recent), 0)
        status = self.ask("GET", "status")
        self.assertLess(abs(status["now"] - self.now()), 2)
        self.assertIsNone(status["error"])


if __name__ == "__main__":
    unittest.main()
