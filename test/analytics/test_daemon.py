"""analyticsd as a whole: whom it runs as, what it may call, what a kill and a full disk leave."""
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

SRC = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("GLASSHOUSE_BUILD", SRC / "build"))
DAEMON = str(BUILD / "bin/analyticsd")


class Daemon:
    """One analyticsd; within: a command that it is run by."""

    def __init__(self, data, *arguments, within=(), socket="none"):
        self.data = data
        self.process = subprocess.Popen([*within, DAEMON, "--data", str(data), "--listen", "127.0.0.1:0", "--socket", str(socket),
                                         "--web", "none", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if "listening on " not in line:
            why = self.process.stderr.read()
            self.end()
            raise RuntimeError(why)
        self.url = line.split("listening on ")[1].strip().rstrip("/")

    @property
    def pid(self):
        return self.process.pid

    def ask(self, method, path, body=None):
        token = Path(f"/proc/{self.pid}/root{self.data}/token").read_text().strip()
        request = urllib.request.Request(self.url + path, method=method, data=json.dumps(body).encode() if body else None,
                                         headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def values(self, dataset):
        """second -> value, of the last five minutes."""
        now = int(time.time())
        v = self.ask("GET", f"/api/v1/datasets/{dataset}/values?start={now - 300}&end={now + 1}&step=1")
        series = v["series"][0]["values"] if v["series"] else []
        return {v["start"] + i * v["step"] + 1: x for i, x in enumerate(series) if x is not None}

    def end(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait(timeout=20)
        self.process.stdout.close()
        self.process.stderr.close()


def status_of(pid):
    return dict(l.split(":\t", 1) for l in Path(f"/proc/{pid}/status").read_text().splitlines() if ":\t" in l)


@unittest.skipUnless(os.geteuid() == 0, "needs root, to become somebody else")
class DaemonTests(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="glasshouse-daemon-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.folder.chmod(0o755)
        if not os.stat(SRC).st_mode & 1:
            self.skipTest("the source tree is closed to others")

    def start(self, data, *arguments, **more):
        daemon = Daemon(data, *arguments, **more)
        self.addCleanup(daemon.end)
        return daemon

    def test_it_gives_up_what_it_does_not_need(self):
        data = self.folder / "data"
        daemon = self.start(data, "--user", "daemon")
        status = status_of(daemon.pid)
        self.assertEqual(status["Uid"].split(), [str(pwd.getpwnam("daemon").pw_uid)] * 4)
        self.assertEqual((int(status["CapEff"], 16), status["NoNewPrivs"], status["Seccomp"]), (0, "1", "2"))
        self.assertEqual(data.stat().st_mode & 0o777, 0o700)

    def test_a_folder_of_somebody_else_is_refused(self):
        data = self.folder / "data"
        data.mkdir()
        with self.assertRaisesRegex(RuntimeError, "belongs to user 0, not to daemon"):
            Daemon(data, "--user", "daemon")
        with self.assertRaisesRegex(RuntimeError, "there is no user glasshouse-nobody"):
            Daemon(data, "--user", "glasshouse-nobody")

    def test_kill_9_loses_less_than_five_seconds(self):
        data = self.folder / "data"
        daemon = self.start(data)
        dataset = daemon.ask("POST", "/api/v1/datasets", {"name": "cpu.utilization", "saved": True})["id"]
        time.sleep(5)
        before = daemon.values(dataset)
        killed = time.time()
        daemon.end(signal.SIGKILL)
        daemon = self.start(data)
        time.sleep(2.5)
        after = daemon.values(dataset)
        # What was there is there, as it was; what was under way may be lost; and it goes on.
        self.assertGreaterEqual(len(before), 3)
        self.assertEqual({s: v for s, v in after.items() if s in before}, before)
        self.assertGreaterEqual(max(before), killed - 5)
        self.assertGreater(max(after), max(before))
        self.assertEqual(daemon.ask("GET", f"/api/v1/datasets/{dataset}")["state"], "active")

    def test_programs_of_ones_own_are_statistics(self):
        sock = self.folder / "dtraced.sock"
        broker = subprocess.Popen([str(BUILD / "bin/dtraced"), "--foreground", "--socket", str(sock)],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: (broker.terminate(), broker.wait()))
        while not sock.exists() and broker.poll() is None:
            time.sleep(0.05)
        daemon = self.start(self.folder / "data", socket=sock)
        mine = f"/ppid == {os.getpid()}/"
        programs = {"user.keyed": f"proc:::exec-success {mine} {{ @[execname, 7] = count(); }}",
                    "user.least": f"proc:::exec-success {mine} {{ @ = min(5); }}",
                    "user.spread": f"proc:::exec-success {mine} {{ @ = lquantize(42, 0, 100, 10); }}"}
        ids = {}
        for name, text in programs.items():
            daemon.ask("PUT", f"/api/v1/catalogue/{name}", {"text": text})
            ids[name] = daemon.ask("POST", "/api/v1/datasets", {"name": name})["id"]
        for _ in range(100):
            states = [daemon.ask("GET", f"/api/v1/datasets/{i}") for i in ids.values()]
            if all(s["state"] == "active" for s in states):
                break
            time.sleep(0.1)
        self.assertEqual([s["state"] for s in states], ["active"] * 3, states)
        for _ in range(11):
            subprocess.run(["/bin/true"], check=True)
        time.sleep(3)
        now = int(time.time())
        ask = {n: daemon.ask("GET", f"/api/v1/datasets/{i}/values?start={now - 60}&end={now + 1}&step=1")["series"] for n, i in ids.items()}
        self.assertEqual([(s["key"], sum(v or 0 for v in s["values"])) for s in ask["user.keyed"]], [("true, 7", 11)])
        self.assertEqual({v for v in ask["user.least"][0]["values"] if v is not None}, {5})
        heat = daemon.ask("GET", f"/api/v1/datasets/{ids['user.spread']}/heatmap?start={now - 60}&end={now + 1}&step=1")
        self.assertEqual((heat["buckets"], heat["total"]), ([[40, 50]], 11))
        with self.assertRaises(urllib.error.HTTPError) as refused:
            daemon.ask("PUT", "/api/v1/catalogue/user.two", {"text": "BEGIN { @a = count(); @b = count(); }"})
        self.assertIn("a statistic has one", refused.exception.read().decode())

    def test_a_full_disk_is_told_and_got_over(self):
        data = self.folder / "disk"
        data.mkdir()
        daemon = self.start(data, within=("unshare", "-m", "sh", "-c", f'mount -t tmpfs -o size=4m none {data} && exec "$@"', "sh"))
        dataset = daemon.ask("POST", "/api/v1/datasets", {"name": "cpu.utilization", "saved": True})["id"]
        # Some hundred processes: what is written grows by a page every few seconds.
        daemon.ask("POST", "/api/v1/datasets", {"name": "memory.rss[pid]", "saved": True})
        filler = Path(f"/proc/{daemon.pid}/root{data}/filler")
        with open(filler, "wb", buffering=0) as f:
            for size in (1 << 16, 1):
                try:
                    while f.write(b"x" * size) == size:
                        pass
                except OSError:
                    pass

        def told(wanted):
            """Waits until the status tells of an error, or of none."""
            for _ in range(100):
                if bool(daemon.ask("GET", "/api/v1/status")["error"]) == wanted:
                    return True
                time.sleep(0.1)
            return False

        self.assertTrue(told(True), "nothing is said of a full disk")
        self.assertIn("space", daemon.ask("GET", "/api/v1/status")["error"])
        seen = daemon.values(dataset)
        filler.unlink()
        self.assertTrue(told(False), "it is not got over")
        # Nothing was lost meanwhile, and new seconds come.
        after = daemon.values(dataset)
        self.assertEqual({s: v for s, v in after.items() if s in seen}, seen)
        self.assertEqual(sorted(after), list(range(min(after), max(after) + 1)))


if __name__ == "__main__":
    unittest.main()
