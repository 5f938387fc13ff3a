"""A newcomer's minute: one command, and then, by the requests that clicks on the page make, the zone, the process and the file
behind a disk that was made slow. The disk is a loop device that is allowed a few operations a second; beside the zone that waits for it
another writes as much to a disk that is well."""
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request
from pathlib import Path

from support import BUILD, needs_root
from test_glasshouse import Running, until

THROTTLE = Path("/sys/fs/cgroup/blkio/blkio.throttle.write_iops_device")
SLOW_NS = 50_000_000  # nothing of the other disk takes so long on average, everything of this one does
WRITER = "while :; do dd if=/dev/zero of={} bs=4k count=1 conv=fsync 2>/dev/null; sleep 0.05; done"


class Api:
    def __init__(self, data):
        self.url = (data / "url").read_text().strip() + "api/v1/"
        self.token = (data / "token").read_text().strip()

    def call(self, path, body=None, **query):
        request = urllib.request.Request(self.url + path + ("?" + urllib.parse.urlencode(query) if query else ""),
                                         data=json.dumps(body).encode() if body else None,
                                         headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def open(self, name):
        """A chart is opened: its dataset, by its canonical name."""
        return self.call("datasets", {"name": name})

    def keys(self, dataset):
        """The list beside the chart: keys by their totals."""
        return self.call(f"datasets/{dataset['id']}/keys")["keys"]

    def top_key(self, name):
        dataset = self.open(name)
        try:
            until(lambda: sum(k["total"] for k in self.keys(dataset)) >= 2, lambda: f"{name}: {self.open(name)}")
            return self.keys(dataset)[0]["key"]
        finally:
            urllib.request.urlopen(urllib.request.Request(
                f"{self.url}datasets/{dataset['id']}", method="DELETE", headers={"Authorization": f"Bearer {self.token}"})).close()


def run(*words, quiet=False):
    subprocess.run([str(w) for w in words], check=not quiet, stdout=subprocess.DEVNULL, timeout=60,
                   stderr=subprocess.DEVNULL if quiet else None)


@needs_root
@unittest.skipUnless(THROTTLE.exists(), "needs the blkio controller of cgroup v1, which slows the disk down")
@unittest.skipUnless(shutil.which("mkfs.ext4") and shutil.which("busybox"), "needs e2fsprogs and busybox")
class Newcomer(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.tmp = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="glasshouse-newcomer-")))
        self.tmp.chmod(0o755)

    def slow_disk(self):
        image, mount = self.tmp / "image", self.tmp / "slow"
        mount.mkdir()
        with image.open("wb") as f:
            f.truncate(64 << 20)
        run("mkfs.ext4", "-q", image)
        got = subprocess.run(["losetup", "--show", "--find", image], capture_output=True, text=True)
        if got.returncode:
            self.skipTest("no loop device")
        device = got.stdout.strip()
        self.stack.callback(run, "losetup", "--detach", device)
        run("mount", device, mount)
        self.stack.callback(run, "umount", mount)
        number = os.stat(device).st_rdev
        number = f"{os.major(number)}:{os.minor(number)}"
        try:
            THROTTLE.write_text(f"{number} 2")
        except OSError as error:
            self.skipTest(f"no disk can be slowed down: {error}")
        self.stack.callback(THROTTLE.write_text, f"{number} 0")
        return mount, f"{number} 2"

    def zone(self, name, writes, mount=None):
        """A zone with a shell that writes to a file and waits until it is on the disk, again and again."""
        tool = BUILD / "bin"
        fs = f"; add fs; set dir=/data; set special={mount}; set type=lofs; end" if mount else ""
        run(tool / "zonecfg", "-R", self.tmp, "-z", name,
            f'create; set zonepath=/zones/{name}; set bootargs="-i /bin/sleep 1000"{fs}', quiet=True)
        run(tool / "zoneadm", "-R", self.tmp, "-z", name, "install", "-t", "sparse")
        self.stack.callback(run, tool / "zoneadm", "-R", self.tmp, "-z", name, "uninstall", "-F")
        (self.tmp / f"zones/{name}/root/data").mkdir(exist_ok=True)
        run(tool / "zoneadm", "-R", self.tmp, "-z", name, "boot")
        self.stack.callback(run, tool / "zoneadm", "-R", self.tmp, "-z", name, "halt", quiet=True)
        writer = subprocess.Popen([tool / "zlogin", "-R", self.tmp, name, WRITER.format(writes)],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.stack.callback(writer.wait)
        self.stack.callback(writer.kill)

    def test_zone_process_and_file_behind_a_slow_disk(self):
        pid = os.getpid()
        shop, web = f"shop{pid}", f"web{pid}"
        slow, limit = self.slow_disk()
        self.zone(shop, "/data/orders.db", slow)
        # The controller counts each control group by itself: that of the journal is the root, that of the zone its own.
        for group in THROTTLE.parent.glob(f"zones/*{shop}*"):
            (group / THROTTLE.name).write_text(limit)
        self.zone(web, "/data/pages.db")
        begin = time.monotonic()
        running = self.stack.enter_context(Running(self.tmp))
        api = Api(running.data)
        # The catalogue says what there is; something about disks and waiting has a latency.
        stat = next(s for s in api.call("catalogue")["statistics"] if s["name"] == "fs.sync")
        self.assertIn("latency", [f["name"] for f in stat["fields"]])
        heat = api.open("fs.sync[latency]")
        shown = until(lambda: (m := api.call(f"datasets/{heat['id']}/heatmap"))["total"] >= 5 and
                      any((low or 0) >= SLOW_NS for low, _ in m["buckets"]) and m, "slow writes on the heat map")
        low = min(low for low, _ in shown["buckets"] if (low or 0) >= SLOW_NS)
        high = max(high or low for low, high in shown["buckets"]) * 1000  # up to the top: the queue may yet grow
        # A box is drawn around the slow ones, and broken down by zone; then, for that zone, by process, then by file.
        box = f"[latency={int(low)}..{int(high)}]"
        zone = api.top_key(f"fs.sync{box}[zone]")
        self.assertEqual(zone, shop)
        process = api.top_key(f"fs.sync{box}[zone={zone}][execname]")
        self.assertEqual(process, "dd")
        file = api.top_key(f"fs.sync{box}[zone={zone}][execname={process}][file]")
        self.assertTrue(file.endswith("orders.db"), file)
        print(f"found after {time.monotonic() - begin:.0f} s")


if __name__ == "__main__":
    unittest.main()
