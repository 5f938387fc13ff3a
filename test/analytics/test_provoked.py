"""Statistics of what hardly ever happens by itself, beside the counters of who provokes it (provoke.py): exact, or as exact as clocks are."""
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

from watching import BUILD, SRC, Watching

MEMORY = Path("/sys/fs/cgroup/memory")
GUEST = SRC / "test/runtime/kvm/guest.py"
NAMED = {  # statistic -> datasets
    "lock.contention": ["lock.contention[execname=known-waiter][kind]"], "lock.time": ["lock.time[execname=known-waiter]"],
    "cache.evictions": ["cache.evictions[execname=known-pages]"], "cache.misses": ["cache.misses[execname=known-pages]"],
    "cache.reads": ["cache.reads[execname=known-pages][result]"], "memory.pageins": ["memory.pageins[execname=known-pages]"],
    "memory.slab": ["memory.slab[execname=known-signals][cache]"],
    "memory.kernel": ["memory.kernel[execname=known-xattr][size=3000]"], "memory.reclaim": ["memory.reclaim[event=oom_kill]"],
    "memory.reclaim-time": ["memory.reclaim-time[execname=known-reclaim]", "memory.reclaim-time[execname=known-reclaim][latency]"],
    "tcp.retransmits": ["tcp.retransmits[rport]", "tcp.retransmits[remote]"], "ip.drops": ["ip.drops[direction=in][interface]"], "nic.errors": ["nic.errors[device]"],
    "io.wait": ["io.wait[execname=known-frozen]"], "disk.queue": ["disk.queue[disk]"], "disk.utilization": ["disk.utilization[disk]"],
    "vm.io": ["vm.io[psargs=\"{guest}\"][kind]"], "vm.exits": ["vm.exits[psargs=\"{guest}\"]"], "vm.interrupts": ["vm.interrupts[psargs=\"{guest}\"]"],
    "zone.cpu": ["zone.cpu[zone]"], "zone.memory": ["zone.memory[zone]"], "zone.memory-limit": ["zone.memory-limit[zone]"],
    "zone.processes": ["zone.processes[zone]"],
    "proc.count": ["proc.count[zone]"],
    "cpu.pressure": ["cpu.pressure[resource=cpu][share=some]"],
}
VENDOR = os.path.exists("/sys/module/kvm_intel") or os.path.exists("/sys/module/kvm_amd")
ROUNDS = 50  # of the virtual machine


def killed():
    return int(next(l for l in Path("/proc/vmstat").read_text().splitlines() if l.startswith("oom_kill ")).split()[1])


class Pressure(threading.Thread):
    """Reads for how long something waited for a CPU, all the time; `seen` has pairs of wall clock and microseconds."""

    def __init__(self):
        super().__init__(daemon=True)
        self.seen, self.over = [], threading.Event()

    def run(self):
        while not self.over.wait(0.05):
            try:
                self.seen.append((time.time(), int(Path("/proc/pressure/cpu").read_text().splitlines()[0].rsplit("=", 1)[1])))
            except (OSError, IndexError):
                return

    def percent(self, begin, end):
        """Of the time between two seconds, or None."""
        at = [next((s for s in self.seen if s[0] >= t), None) for t in (begin, end)]
        return 100 * (at[1][1] - at[0][1]) / 1e6 / (at[1][0] - at[0][0]) if all(at) and end > begin else None


class Zone:
    """A zone of ours with limits, running."""

    def __init__(self, folder):
        self.folder, self.name = folder, f"known{os.getpid()}"
        subprocess.run([BUILD / "bin/zonecfg", "-R", folder, "-z", self.name,
                        f"create; set zonepath=/zones/{self.name}; set bootargs=\"-i /bin/sleep 1000\"; "
                        "add capped-memory; set physical=64m; end"], check=True, capture_output=True, timeout=30)
        self.admin("install", "-t", "sparse")
        self.admin("boot")
        # With a root of its own its group is NAME@ROOT.
        found = [p for v in ("pids", "unified", ".") for p in Path("/sys/fs/cgroup", v).glob(f"zones/{self.name}*")]
        self.group_name = found[0].name if found else self.name

    def admin(self, *words, check=True):
        subprocess.run([BUILD / "bin/zoneadm", "-R", self.folder, "-z", self.name, *words], check=check, capture_output=True, timeout=60)

    def end(self):
        self.admin("halt", check=False)
        self.admin("uninstall", "-F", check=False)

    def group(self, controller, file):
        """A file of its control group."""
        v1 = Path("/sys/fs/cgroup", controller, "zones", self.group_name, file)
        return v1 if v1.exists() else Path("/sys/fs/cgroup/zones", self.group_name, file)


@unittest.skipUnless(os.geteuid() == 0, "dtraced needs root")
class Provoked(Watching):
    """One run for all: setUpClass() provokes, each test compares."""

    def setUp(self):
        pass

    @classmethod
    def setUpClass(cls):
        cls.once = Watching("watch")
        Watching.setUp(cls.once)
        try:
            cls.measure(cls.once)
        except BaseException:
            cls.once.doCleanups()
            raise

    @classmethod
    def tearDownClass(cls):
        cls.once.doCleanups()

    @staticmethod
    def make_container(run):
        """A process in a group as docker makes them."""
        mounts = [l.split()[1] for l in Path("/proc/mounts").read_text().splitlines() if l.split()[2] == "cgroup2"]
        group = Path(mounts[0], f"glasshouse-test-{os.getpid()}", "c0ffee012345" + "0" * 52) if mounts else None
        try:
            group.mkdir(parents=True)
        except (OSError, AttributeError):
            return None
        run.addCleanup(group.parent.rmdir)
        run.addCleanup(group.rmdir)
        sleeper = run.run_beside(["sleep", "1000"])
        (group / "cgroup.procs").write_text(str(sleeper.pid))
        return group

    @classmethod
    def measure(cls, run):
        group = MEMORY / f"glasshouse-test-{os.getpid()}"
        if MEMORY.is_dir():
            group.mkdir()
            run.addCleanup(group.rmdir)
            (group / "memory.limit_in_bytes").write_text("16M")
        cls.container = cls.make_container(run)
        out = run.folder / "out.json"
        guest = f"{sys.executable} {GUEST} -name guest=known {ROUNDS}"
        cls.names = {k: [n.format(guest=guest) for n in v] for k, v in NAMED.items()}
        try:
            cls.zone = Zone(run.folder)
            run.addCleanup(cls.zone.end)
        except subprocess.CalledProcessError:
            cls.zone = None
        parts = ["ip link set lo up", f"{sys.executable} {Path(__file__).parent}/provoke.py {run.folder} {out} {group}",
                 f"{guest} > {run.folder}/guest"]
        if cls.zone:
            used, spin = cls.zone.group("cpuacct", "cpuacct.usage"), "timeout 1.5 sh -c 'while :; do :; done'"
            parts += [f"cat {used} > {run.folder}/used.0", f"{BUILD}/bin/zlogin -R {run.folder} {cls.zone.name} \"{spin}\"",
                      f"cat {used} > {run.folder}/used.1"]
        cls.killed, cls.pressure = killed(), Pressure()
        cls.pressure.start()
        run.addCleanup(cls.pressure.over.set)
        script = run.folder / "provoke.sh"
        script.write_text("\n".join(parts) + "\n")
        within = ["unshare", "-n"]
        names = [n for several in cls.names.values() for n in several]
        done = subprocess.run([*within, str(BUILD / "test/analytics/watch"), str(SRC / "share/analytics"), str(run.socket), f"sh {script}", *names],
                              capture_output=True, text=True, timeout=200, env={**os.environ, "WATCH_SECONDS": str(run.folder / "seconds")})
        cls.killed = killed() - cls.killed
        if done.returncode or not out.exists():
            raise AssertionError(f"watch: {done.returncode} {done.stderr[-2000:]}")
        cls.told, cls.did, cls.folder = json.loads(done.stdout), json.loads(out.read_text()), run.folder

    # An event in whose midst another of the same program comes is lost, whoever's it is, and counted as such.
    def of(self, stat, at=0, lost=100):
        told = self.told[self.names[stat][at]]
        if told["state"] != "active" and "does not match any probes" in told["error"]:
            self.skipTest(f"{stat}: this kernel has no such probes")
        self.assertEqual(told["state"], "active", told["error"])
        self.assertLessEqual(told["lost"], lost)
        return told

    def series(self, stat, at=0):
        return self.of(stat, at)["series"]

    def provoked(self, what):
        if "skip" in self.did[what]:
            self.skipTest(self.did[what]["skip"])
        return self.did[what]

    def exact(self, stat, got, want, more=0):
        """All events; of those that were lost nobody knows whose they were."""
        self.assertTrue(want - self.of(stat)["lost"] <= got <= want + more, f"{got}, not {want}")

    def near(self, got, want, part=0.1, least=0):
        self.assertLessEqual(abs(got - want), max(want * part, least), f"{got}, not {want}")

    def between(self, got, least, most):
        """Two clocks of one thing."""
        self.assertTrue(least * 0.99 <= got <= most * 1.01, f"{got}, not within {least} and {most}")

    def test_lock_contention(self):
        # It may have to wait for a lock of somebody else's, too.
        self.exact("lock.contention", self.series("lock.contention").get("adaptive-block", 0), self.provoked("locks")["waits"], 2)

    def test_lock_time(self):
        did, lost = self.provoked("locks"), self.of("lock.time")["lost"]
        did["least"] *= max(0, 1 - lost / did["waits"])
        self.between(self.series("lock.time")[""], 100 * did["least"], 100 * did["most"])

    # A page of the file system's own now and then comes with them.
    def test_cache_evictions(self):
        self.near(self.series("cache.evictions")[""], 3 * self.provoked("pages")["pages"], 0, 10 + self.of("cache.evictions")["lost"])

    def test_cache_misses(self):
        self.near(self.series("cache.misses")[""], 3 * self.provoked("pages")["pages"], 0, 10 + self.of("cache.misses")["lost"])

    def test_cache_reads(self):
        pages = self.provoked("pages")["pages"]
        # One or the other read brings in a page of the file system's own.
        series = self.series("cache.reads")
        self.exact("cache.reads", sum(series.values()), 2 * pages)
        self.near(series["hit"], pages, 0, 5 + self.of("cache.reads")["lost"])

    def test_memory_pageins(self):
        self.exact("memory.pageins", self.series("memory.pageins")[""], self.provoked("pages")["faults"])

    def test_memory_slab(self):
        sent = self.provoked("signals")["sent"]
        self.exact("memory.slab", self.series("memory.slab")["sigqueue"], sent)
        self.assertGreaterEqual(self.provoked("signals")["queued"], sent)

    def test_memory_kernel(self):
        self.exact("memory.kernel", self.series("memory.kernel")[""] / 4096, self.provoked("attributes")["set"])

    def test_memory_reclaim(self):
        self.assertTrue(self.provoked("killed")["processes"] <= self.series("memory.reclaim")[""] <= self.killed)

    def test_memory_reclaim_time(self):
        did = self.provoked("reclaim")
        self.assertGreater(did["failed"], 0)
        # Each time that the group was at its limit the thread looked for pages of it: not in less than a microsecond, nor
        # for longer than it took in all. The distribution is of the same time, measured by a program of its own.
        percent = self.series("memory.reclaim-time")[""]
        self.assertTrue(did["failed"] * 1e-4 < percent <= 100 * did["seconds"], (did, percent))
        self.near(sum(n for _, n in self.of("memory.reclaim-time", 1)["buckets"]) / 1e7, percent, 0.25)

    def test_tcp_retransmits(self):
        did = self.provoked("retransmits")
        self.assertGreater(did["counted"], 0)
        self.assertEqual(self.series("tcp.retransmits")[str(did["port"])], did["counted"])
        self.assertGreaterEqual(self.series("tcp.retransmits", 1)["127.0.0.1"], did["counted"])

    def test_ip_drops(self):
        did = self.provoked("tap")
        self.assertEqual((self.series("ip.drops")["ghtap0"], did["nobody"]), (40, 40))

    def test_nic_errors(self):
        did = self.provoked("tap")
        self.assertGreater(did["dropped"], 100)
        self.assertEqual(self.series("nic.errors")["ghtap0"], did["dropped"])

    def test_io_wait(self):
        did = self.provoked("frozen_disk")
        self.between(self.series("io.wait")[""], 100 * did["least"], 100 * did["most"])

    def test_disk_queue(self):
        did = self.provoked("frozen_disk")
        self.assertEqual((self.of("disk.queue")["greatest"][did["disk"]], did["queue"]), (4, 4))

    def test_disk_utilization(self):
        disk = self.provoked("frozen_disk")["disk"]
        self.near(self.of("disk.utilization")["greatest"][disk], 100, 0.05)

    def guest(self):
        if not os.path.exists("/dev/kvm"):
            self.skipTest("there is no /dev/kvm")
        return {int(k): int(v) for k, v in re.findall(r"(\d+)=(\d+)", (self.folder / "guest").read_text())}

    def test_vm_io(self):
        exits = self.guest()  # 2: ports, 6: memory
        self.assertEqual((exits[2], exits[6]), (2 * ROUNDS, 2 * ROUNDS))
        self.assertEqual(sum(self.series("vm.io").values()), exits[2] + exits[6])

    @unittest.skipUnless(VENDOR, "kvm is neither Intel's nor AMD's here: nobody tells of entries and exits")
    def test_vm_exits(self):
        # Each of them came back to the kernel first, and some that the kernel dealt with by itself.
        self.near(self.series("vm.exits")[""], sum(self.guest().values()), 0.5)
        self.assertGreaterEqual(self.series("vm.exits")[""], sum(self.guest().values()) - 1)

    def test_vm_interrupts(self):
        self.guest()
        self.assertEqual(self.series("vm.interrupts"), {"": 0})  # a guest without an interrupt controller gets none

    def zoned(self, stat):
        if not self.zone:
            self.skipTest("no zone can be made here")
        return self.of(stat)

    def test_zone_cpu(self):
        used = [int((self.folder / f"used.{i}").read_text()) for i in (0, 1)] if self.zoned("zone.cpu") else 0
        self.near(self.series("zone.cpu")[self.zone.group_name], (used[1] - used[0]) / 1e7, 0.1, 3)

    def test_zone_memory(self):
        self.zoned("zone.memory")
        now = max(int(f.read_text()) for f in (self.zone.group("memory", "memory.usage_in_bytes"), self.zone.group("", "memory.current"))
                  if f.exists())
        self.assertTrue(now / 4 <= self.series("zone.memory")[self.zone.group_name] <= 64 << 20, now)

    def test_zone_memory_limit(self):
        self.zoned("zone.memory-limit")
        self.assertEqual(self.series("zone.memory-limit")[self.zone.group_name], 64 << 20)

    def test_zone_processes(self):
        self.zoned("zone.processes")
        now = int(self.zone.group("pids", "pids.current").read_text())
        self.assertTrue(now <= self.of("zone.processes")["greatest"][self.zone.group_name] <= now + 6)

    def test_containers_of_others_have_names(self):
        if not self.container:
            self.skipTest("no control group of version 2 can be made here")
        self.assertEqual(self.series("proc.count")["c0ffee012345"], 1)

    def test_cpu_pressure(self):
        told = self.of("cpu.pressure")
        want = self.pressure.percent(told["from"], told["to"])
        if want is None:
            self.skipTest("this kernel does not measure pressure (psi=1)")
        self.near(told["series"][""], want, 0.15, 5)  # each second is looked at a little after its end


if __name__ == "__main__":
    unittest.main()
