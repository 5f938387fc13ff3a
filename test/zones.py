"""Zones as a test boots them: a root of busybox, in a folder of the test's own, gone with it. And a disk that is slow."""
import contextlib
import os
import shutil
import subprocess
import unittest
from pathlib import Path

BUILD = Path(os.environ.get("GLASSHOUSE_BUILD", Path(__file__).resolve().parents[1] / "build"))
THROTTLE = Path("/sys/fs/cgroup/blkio/blkio.throttle.write_iops_device")


def missing():
    """What this machine lacks for it, or ''."""
    if os.geteuid() != 0:
        return "needs root"
    return next((f"{name} is not installed" for name in ("mkfs.ext4", "busybox") if not shutil.which(name)), "")


def run(*words, quiet=False):
    subprocess.run([str(w) for w in words], check=not quiet, stdout=subprocess.DEVNULL, timeout=60,
                   stderr=subprocess.DEVNULL if quiet else None)


class Zones(contextlib.ExitStack):
    """In a folder that is empty; everything goes when it is left."""

    def __init__(self, folder):
        super().__init__()
        self.folder = Path(folder)

    def boot(self, name, mount=None):
        """A zone with an init that sleeps; mount: a folder that it has as /data."""
        tool = BUILD / "bin"
        fs = f"; add fs; set dir=/data; set special={mount}; set type=lofs; end" if mount else ""
        run(tool / "zonecfg", "-R", self.folder, "-z", name, f'create; set zonepath=/zones/{name}; set bootargs="-i /bin/sleep 1000"{fs}', quiet=True)
        run(tool / "zoneadm", "-R", self.folder, "-z", name, "install", "-t", "sparse")
        self.callback(run, tool / "zoneadm", "-R", self.folder, "-z", name, "uninstall", "-F")
        (self.folder / f"zones/{name}/root/data").mkdir(exist_ok=True)
        run(tool / "zoneadm", "-R", self.folder, "-z", name, "boot")
        self.callback(run, tool / "zoneadm", "-R", self.folder, "-z", name, "halt", quiet=True)

    def start(self, name, command):
        """A command of the shell in a zone, until the end."""
        process = subprocess.Popen([BUILD / "bin/zlogin", "-R", self.folder, name, command],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.callback(process.wait, 30)
        self.callback(process.kill)

    def slow_disk(self, operations_a_second):
        """A loop device, mounted, that is allowed so many writes a second: its folder, and what slows it in another control group."""
        if not THROTTLE.exists():
            raise unittest.SkipTest("needs the blkio controller of cgroup v1, which slows the disk down")
        image, mount = self.folder / "image", self.folder / "slow"
        mount.mkdir()
        with image.open("wb") as f:
            f.truncate(64 << 20)
        run("mkfs.ext4", "-q", image)
        got = subprocess.run(["losetup", "--show", "--find", image], capture_output=True, text=True, timeout=60)
        if got.returncode:
            raise unittest.SkipTest("no loop device")
        device = got.stdout.strip()
        self.callback(run, "losetup", "--detach", device)
        run("mount", device, mount)
        self.callback(run, "umount", mount)
        number = os.stat(device).st_rdev
        number = f"{os.major(number)}:{os.minor(number)}"
        try:
            THROTTLE.write_text(f"{number} {operations_a_second}")
        except OSError as error:
            raise unittest.SkipTest(f"no disk can be slowed down: {error}") from None
        self.callback(THROTTLE.write_text, f"{number} 0")
        return mount, f"{number} {operations_a_second}"

    def slow_down(self, name, limit):
        """The controller counts each control group by itself: that of the journal is the root, that of the zone its own."""
        for group in THROTTLE.parent.glob(f"zones/*{name}*"):
            (group / THROTTLE.name).write_text(limit)
