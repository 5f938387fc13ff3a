"""The units of systemd: nothing is wrong with them, and a systemd of the test's own starts them for real.

The machine's own root, with what `meson install` adds, becomes the root of a container below a layer in memory; its systemd starts
the socket and analyticsd, and a service of the test asks for a dataset: dtraced starts when analyticsd connects. What ran from
early in that start on is in an anonymous enabling.
"""
import json
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

SRC = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("GLASSHOUSE_BUILD", SRC / "build"))

CHECK = """
import json, os, pathlib, subprocess, time, urllib.request

def ask(method, path, body=None):
    r = urllib.request.Request("http://127.0.0.1:8411/api/v1/" + path, method=method, data=json.dumps(body).encode() if body else None,
                               headers={"Authorization": "Bearer " + pathlib.Path("/var/lib/glasshouse/token").read_text().strip(),
                                        "Content-Type": "application/json"})
    return json.loads(urllib.request.urlopen(r, timeout=5).read())

def until(f):
    for _ in range(150):
        try:
            value = f()
            if value:
                return value
        except (OSError, KeyError, IndexError):
            pass
        time.sleep(0.1)

out = {}
def show(unit):
    text = subprocess.run(["systemctl", "show", unit, "-p", "ActiveState,MainPID,User"], capture_output=True, text=True).stdout
    return dict(l.split("=", 1) for l in text.splitlines())
try:
    until(lambda: ask("GET", "status"))
    out["before"] = {u: show(u) for u in ("dtraced.socket", "dtraced.service", "analyticsd.service")}
    made = ask("POST", "datasets", {"name": "syscall.ops[execname=known-check][syscall=getppid]"})["id"]
    out["dataset"] = until(lambda: (d := ask("GET", f"datasets/{made}"))["state"] != "enabling" and d["last"] and d) or ask("GET", f"datasets/{made}")
    pathlib.Path("/proc/self/comm").write_text("known-check")
    begun = int(time.time())
    for _ in range(1000):
        os.getppid()
    time.sleep(2.5)
    v = ask("GET", f"datasets/{made}/values?start={begun - 5}&end={int(time.time()) + 1}&step=1")
    out["counted"] = sum(x or 0 for s in v["series"] for x in s["values"])
    out["after"] = {u: show(u) for u in ("dtraced.socket", "dtraced.service", "analyticsd.service")}
    pid = out["after"]["analyticsd.service"]["MainPID"]
    status = dict(l.split(":\\t", 1) for l in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if ":\\t" in l)
    out["recorded"] = subprocess.run(["dtrace", "-ae"], capture_output=True, text=True, timeout=20).stdout
    out["analyticsd"] = {k: status[k] for k in ("Uid", "CapEff", "NoNewPrivs", "Seccomp")}
except Exception as e:
    out["error"] = repr(e)
out["journal"] = subprocess.run(["journalctl", "--no-pager", "-b", "-u", "dtraced.service", "-u", "analyticsd.service"], capture_output=True, text=True).stdout
pathlib.Path("/out/told").write_text(json.dumps(out))
subprocess.run(["systemctl", "poweroff", "--force"])
"""


def run(*words, **more):
    return subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True, timeout=60, **more)


class Units(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="glasshouse-units-", dir=os.environ.get("TMPDIR", "/var/tmp")))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def install(self, root):
        run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", env={**os.environ, "DESTDIR": str(root)})
        return next(root.rglob("analyticsd.service")).parent

    @unittest.skipUnless(shutil.which("systemd-analyze"), "no systemd-analyze")
    def test_nothing_is_wrong_with_them(self):
        units = self.install(self.folder)
        files = [u for u in units.iterdir() if u.is_file()]
        for unit in files:
            text = unit.read_text()
            prefix = units.parents[2].relative_to(self.folder)
            unit.write_text("\n".join(l for l in text.replace(f"=/{prefix}/", f"={self.folder}/{prefix}/").splitlines()
                                      if not l.startswith("Documentation=")) + "\n")
        done = subprocess.run(["systemd-analyze", "verify", *map(str, files)], capture_output=True, text=True, timeout=60)
        mine = [l for l in done.stderr.splitlines() if any(u.name in l for u in files)]
        self.assertEqual(mine, [])

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    @unittest.skipUnless(shutil.which("systemd-nspawn") and os.path.exists("/lib/systemd/systemd"), "no systemd to start")
    def test_they_start(self):
        layer, root, out = (self.folder / n for n in ("layer", "root", "out"))
        for d in layer, root, out:
            d.mkdir()
        run("mount", "-t", "tmpfs", "none", layer)
        self.addCleanup(subprocess.run, ["umount", "-l", str(layer)], timeout=20)
        (layer / "upper").mkdir()
        (layer / "work").mkdir()
        mounted = subprocess.run(["mount", "-t", "overlay", "overlay", "-o", f"lowerdir=/,upperdir={layer}/upper,workdir={layer}/work", str(root)],
                                 capture_output=True, text=True, timeout=20)
        if mounted.returncode:
            self.skipTest("no overlay of the root: " + mounted.stderr.strip())
        self.addCleanup(subprocess.run, ["umount", "-l", str(root)], timeout=20)
        units = Path("/", self.install(root).relative_to(root))
        system = root / "etc/systemd/system"
        # Nothing of the machine's own services.
        for wants in system.glob("*.wants"):
            shutil.rmtree(wants)
        wants = system / "multi-user.target.wants"
        wants.mkdir()
        (root / "check.py").write_text(CHECK)
        (system / "check.service").write_text("[Service]\nExecStart=/usr/bin/python3 /check.py\n")
        for unit in ("/etc/systemd/system/check.service", f"{units}/analyticsd.service"):
            os.symlink(unit, wants / Path(unit).name)
        run("chroot", root, "systemd-sysusers")
        (root / "etc/dtrace").mkdir()
        run(BUILD / "bin/dtrace", "-A", "-o", root / "etc/dtrace/anonymous.conf", "-qn", "proc:::exec-success { @[execname] = count(); }")
        booted = subprocess.run(["systemd-nspawn", "-q", "--register=no", "--keep-unit", "--private-network", "--capability=all",
                                 "--system-call-filter=bpf perf_event_open", f"--bind={out}:/out", "-D", str(root), "-b",
                                 "systemd.unit=multi-user.target"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90)
        if not (out / "told").exists():
            self.skipTest("no systemd can boot here: " + (booted.stdout + booted.stderr)[-300:])
        told = json.loads((out / "told").read_text())
        self.assertNotIn("error", told, told)
        self.assertEqual({u: s["ActiveState"] for u, s in told["before"].items()},
                         {"dtraced.socket": "active", "dtraced.service": "inactive", "analyticsd.service": "active"}, told["journal"])
        self.assertEqual(told["dataset"]["state"], "active", told)
        self.assertEqual({u: s["ActiveState"] for u, s in told["after"].items()},
                         {"dtraced.socket": "active", "dtraced.service": "active", "analyticsd.service": "active"}, told["journal"])
        self.assertEqual(told["counted"], 1000, told)
        self.assertRegex(told["recorded"], r"dtraced +1\n", told)  # which came up long after tracing had begun
        self.assertIn("systemd-user-se", told["recorded"])  # what starts behind sysinit.target, before which tracing began
        own = told["analyticsd"]
        self.assertEqual((int(own["CapEff"], 16), own["NoNewPrivs"], own["Seccomp"]), (0, "1", "2"))
        self.assertNotEqual(own["Uid"].split()[0], "0")


if __name__ == "__main__":
    unittest.main()
