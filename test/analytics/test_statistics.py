"""Every statistic of the catalogue beside a counter that knows nothing of it.

One run for all: `watch` enables the datasets, a load does a known number of everything (load.c) between two
looks at the counters of the machine, and each statistic has a test that compares. What is the load's own is
chosen by predicates and must be exact, or nearly so where the kernel counts at other moments; what is the whole
machine's must lie between what the counters said just around the load and around everything.
"""
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import test_provoked

SRC = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("GLASSHOUSE_BUILD", SRC / "build"))
CATALOGUE = SRC / "share/analytics"
MINE = "[execname=known-load]"


# ---- the machine's own counters ----

def lines(path):
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def words_of(path, key):
    """word -> number of lines "word number"."""
    return {f"{key}.{w[0]}": int(w[1]) for w in map(str.split, lines(path)) if len(w) == 2 and w[1].isdigit()}


def counters():
    """Name -> number: what only grows."""
    out = words_of("/proc/vmstat", "vm")
    for device in os.listdir("/sys/class/net"):
        for name in ("rx_bytes", "tx_bytes", "rx_packets", "tx_packets"):
            value = int(Path(f"/sys/class/net/{device}/statistics/{name}").read_text())
            out[f"nic.{name}"] = out.get(f"nic.{name}", 0) + value
            out[f"{device}.{name}"] = value
    for line in lines("/proc/stat"):
        w = line.split()
        if w[0] in ("ctxt", "processes", "intr", "softirq"):
            out[w[0]] = int(w[1])
        if w[0] == "cpu":
            out["cpu.busy"] = sum(map(int, w[1:9])) - int(w[4]) - int(w[5])
            out["cpu.all"] = sum(map(int, w[1:9]))
    cpus = len(lines("/proc/interrupts")[0].split())
    out["interrupts"] = sum(int(n) for l in lines("/proc/interrupts")[1:] for n in l.split()[1:1 + cpus] if n.isdigit())
    for disk in os.listdir("/sys/block"):
        w = Path(f"/sys/block/{disk}/stat").read_text().split()
        out["disk.ops"] = out.get("disk.ops", 0) + int(w[0]) + int(w[4]) + (int(w[11]) + int(w[15]) if len(w) > 16 else 0)
        out["disk.bytes"] = out.get("disk.bytes", 0) + 512 * (int(w[2]) + int(w[6]) + (int(w[13]) if len(w) > 16 else 0))
        out["disk.busy_ms"] = max(out.get("disk.busy_ms", 0), int(w[9]))
    rows = [l.split() for l in lines("/proc/net/snmp")]
    for names, values in zip(rows[::2], rows[1::2]):
        out.update({f"{names[0]}{n}": int(v) for n, v in zip(names[1:], values[1:])})
    out["time"] = time.monotonic()
    return out


def levels():
    """Name -> number: what is as it is."""
    memory = {w[0][:-1]: int(w[1]) * 1024 for w in map(str.split, lines("/proc/meminfo"))}
    pids = [p for p in os.listdir("/proc") if p.isdigit()]
    threads = 0
    for p in pids:
        try:
            threads += len(os.listdir(f"/proc/{p}/task"))
        except OSError:
            pass
    tcp = sum(1 for f in ("tcp", "tcp6") for l in lines(f"/proc/net/{f}")[1:] if l.split()[3] not in ("06",))
    return {"memory": memory["MemTotal"], "swap": memory["SwapTotal"], "pids": len(pids), "threads": threads, "tcp": tcp,
            "load": os.getloadavg()[0], "dentries": int(lines("/proc/sys/fs/dentry-state")[0].split()[0]),
            "files": int(lines("/proc/sys/fs/file-nr")[0].split()[0]), "root": shutil.disk_usage("/")[1],
            "percent": 100 * shutil.disk_usage("/")[1] / shutil.disk_usage("/")[0],
            "pressure": sum(int(l.rsplit("=", 1)[1]) for l in lines("/proc/pressure/cpu")[:1])}


def load(out, places):
    """The command that `watch` runs; the address and the ports of the load."""
    before = counters()
    done = subprocess.run([str(BUILD / "test/analytics/load"), str(out.parent), *places], capture_output=True, text=True, check=True)
    result = {"did": json.loads(done.stdout), "before": before, "after": counters(), "levels": levels()}
    out.write_text(json.dumps(result))


# ---- the table ----
#
# statistic: (dataset, what it must be). A function of the run gives the number for exact ones, or the pair of the least
# and the greatest that are right.

def near(value, part, least=0):
    return value - max(value * part, least), value + max(value * part, least)


def machine(name, scale=1, slack=0):
    """Around the load at least, around everything at most."""
    return lambda r: ((r.inner(name) - slack) * scale, (r.outer(name) + slack) * scale)


def level(name, part, least=0, scale=1):
    return lambda r: near(r.levels[name] * scale, part, least * scale)


def load_bytes(r):
    """Bytes of the load's packets and connections, the headers of UDP with them."""
    return r.did["packets"] * (r.did["packet"] + 8) + r.did["connections"] * r.did["sent"]


STATISTICS = {
    # CPU
    "cpu.utilization": ("cpu.utilization", lambda r: (0.3, 100)),
    "cpu.usage": ("cpu.usage" + MINE, lambda r: (100 * r.did["cpu"] * 0.9 - 2, 100 * r.did["cpu"] * 1.25 + 10)),
    "cpu.samples": ("cpu.samples" + MINE, lambda r: (97 * r.did["cpu"] * 0.5 - 8, 97 * r.did["cpu"] * 1.6 + 15)),
    "cpu.executions": ("cpu.executions" + MINE, lambda r: (r.did["switches"] * 0.95, r.did["switches"] + 3 * (r.did["forks"] + r.did["threads"]) + 60)),
    "cpu.offcpu": ("cpu.offcpu" + MINE, lambda r: (98 * r.did["napped"], 100 * r.did["elapsed"] * 3)),
    "cpu.runqueue": ("cpu.runqueue" + MINE, lambda r: (r.did["naps"], r.did["switches"] + 3 * (r.did["forks"] + r.did["threads"]) + 60)),
    "cpu.switches": ("cpu.switches", machine("ctxt")),
    "cpu.load": ("cpu.load[minutes=1]", level("load", 0.5, 3)),
    "cpu.interrupts": ("cpu.interrupts", machine("interrupts")),
    "cpu.softirqs": ("cpu.softirqs", machine("softirq")),
    "cpu.irq-time": ("cpu.irq-time", lambda r: (1e-6, 0.05 * r.outer("intr"))),
    # system calls
    "syscall.ops": ("syscall.ops" + MINE + "[syscall=getppid]", lambda r: r.did["calls"]),
    "syscall.errors": ("syscall.errors" + MINE + "[errno=2][syscall=openat]", lambda r: r.did["missing"]),
    "syscall.time": ("syscall.time" + MINE + "[syscall=clock_nanosleep]", lambda r: near(100 * r.did["napped"], 0.05, 1)),
    # processes
    "proc.forks": ("proc.forks" + MINE, lambda r: r.did["forks"]),
    "proc.threads-made": ("proc.threads-made" + MINE, lambda r: r.did["threads"]),
    "proc.execs": ("proc.execs[psargs=known-true]", lambda r: r.did["execs"]),
    "proc.exits": ("proc.exits" + MINE + "[reason=killed]", lambda r: r.did["killed"]),
    "proc.signals": ("proc.signals" + MINE + "[signal=12]", lambda r: r.did["signals"]),
    "proc.made": ("proc.made", machine("processes")),
    "proc.count": ("proc.count", level("pids", 0.3, 20)),
    "proc.threads": ("proc.threads", level("threads", 0.3, 30)),
    # memory
    "memory.rss": ("memory.rss[pid={pid}]", lambda r: near(r.own_rss, 0.3)),
    "memory.components": ("memory.components", lambda r: near(r.levels["memory"], 0.03)),
    "memory.swap": ("memory.swap", level("swap", 0.01)),
    "memory.faults": ("memory.faults" + MINE, lambda r: (r.did["pages"], r.did["faults"] + 30 * (r.did["forks"] + r.did["threads"]) + 200)),
    "memory.faults-total": ("memory.faults-total[event=pgfault]", machine("vm.pgfault")),
    "memory.paging": ("memory.paging[event=pgpgout]", machine("vm.pgpgout")),
    # disks: of whom a request is, is not known of every one of them
    "io.ops": ("io.ops" + MINE + "[op=read]", lambda r: (r.did["disk"] / 65536 - 3, r.did["disk"] / 65536 + 60)),
    "io.bytes": ("io.bytes" + MINE + "[op=read]", lambda r: (r.did["disk"] - 3 * 65536, r.did["disk"] + (1 << 20))),
    "disk.ops": ("disk.ops", machine("disk.ops")),
    "disk.bytes": ("disk.bytes", machine("disk.bytes")),
    # file systems
    "fs.ops": ("fs.ops" + MINE + "[op=read][size=1000]", lambda r: r.did["reads"]),
    "fs.bytes": ("fs.bytes" + MINE + "[op=write][file={folder}/known-file]", lambda r: r.did["writes"] * 4096 + r.did["syncs"]),
    "fs.opens": ("fs.opens" + MINE + "[file=/nonexistent/known][errno=2]", lambda r: r.did["missing"]),
    "fs.sync": ("fs.sync" + MINE + "[syscall=fsync]", lambda r: r.did["syncs"]),
    "capacity.bytes": ("capacity.bytes[mount=/]", level("root", 0.02)),
    "capacity.percent": ("capacity.percent[mount=/]", level("percent", 0.02, 8)),
    "cache.dentries": ("cache.dentries", level("dentries", 0.3, 20000)),
    "cache.files": ("cache.files", level("files", 0.5, 2000)),
    # network
    "nic.bytes": ("nic.bytes[direction=in]", machine("nic.rx_bytes")),
    "nic.packets": ("nic.packets[direction=out]", machine("nic.tx_packets")),
    "net.protocols": ("net.protocols[protocol=Tcp][counter=ActiveOpens]", machine("Tcp:ActiveOpens")),
    "net.sockets": ("net.sockets[protocol=TCP]", level("tcp", 1, 50)),
    # a connection takes at least SYN, SYN and ACK, ACK, bytes and two FIN, one refused a SYN and a RST; the headers are of TCP
    "ip.packets": ("ip.packets[direction=out][interface=lo][host={address}]",
                   lambda r: (r.did["packets"] + 6 * r.did["connections"] + 2 * r.did["refused"], r.did["packets"] + 12 * r.did["connections"] + 2 * r.did["refused"])),
    "ip.bytes": ("ip.bytes[direction=in][interface=lo][host={address}]",
                 lambda r: (load_bytes(r) + 20 * (6 * r.did["connections"] + 2 * r.did["refused"]), load_bytes(r) + 60 * (12 * r.did["connections"] + 2 * r.did["refused"]))),
    "tcp.segments": ("tcp.segments[lport={tcp_port}][direction=in]", lambda r: (2 * r.did["connections"], r.outer("Tcp:InSegs"))),
    "tcp.bytes": ("tcp.bytes[rport={tcp_port}][direction=out]", lambda r: r.did["connections"] * r.did["sent"]),
    "tcp.connects": ("tcp.connects[rport={tcp_port}]", lambda r: r.did["connections"]),
    "tcp.accepts": ("tcp.accepts[lport={tcp_port}]", lambda r: r.did["connections"]),
    "tcp.refused": ("tcp.refused[side=they][remote={address}][port={tcp_port}]", lambda r: r.did["refused"]),
    "udp.packets": ("udp.packets[lport={udp_port}][direction=in]", lambda r: r.did["packets"]),
    "udp.bytes": ("udp.bytes[rport={udp_port}][direction=out]", lambda r: r.did["packets"] * r.did["packet"]),
    # Analytics itself
    "analytics.cpu": ("analytics.cpu", lambda r: (0.01, 100 * os.cpu_count() * r.seconds)),
    "analytics.events": ("analytics.events[dataset=\"syscall.ops[execname=known-load][syscall=getppid]\"]", lambda r: (r.did["calls"], 1e9)),
    "analytics.lost": ("analytics.lost", lambda r: (0, 200)),
    "analytics.memory": ("analytics.memory", lambda r: (1 << 16, 1 << 28)),
    "analytics.disk": ("analytics.disk", lambda r: (0, 1 << 26)),
}
# Those of programs with probes of their own are in test_programs.py and test_servers.py, what has to be provoked in test_provoked.py,
# what takes several hosts in test/web/test_hosts.py.
ELSEWHERE = {*test_provoked.NAMED, "analytics.hosts", "http.requests", "postgres.queries", "python.calls", "python.gc", "java.gc"}


# ---- the run ----

def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(("127.0.0.1", 0))
        return str(s.getsockname()[1])


class Run:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="glasshouse-statistics-", dir=os.environ.get("TMPDIR", "/var/tmp")))
        try:
            self.measure()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def measure(self):
        # An address of the run's own: on others, and in other network namespaces, other programs may speak at the same time.
        address = f"127.64.{os.getpid() >> 8 & 255}.{os.getpid() & 255}"
        ports = [free_port(socket.SOCK_STREAM), free_port(socket.SOCK_DGRAM)]
        self.names = {stat: name.format(pid=os.getpid(), folder=self.folder, address=address, tcp_port=ports[0], udp_port=ports[1])
                      for stat, (name, _) in STATISTICS.items()}
        out, sock = self.folder / "load.json", self.folder / "dtraced.sock"
        self.before = counters()
        with subprocess.Popen([str(BUILD / "bin/dtraced"), "--foreground", "--socket", str(sock)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as broker:
            try:
                while not sock.exists() and broker.poll() is None:
                    time.sleep(0.05)
                done = subprocess.run([str(BUILD / "test/analytics/watch"), str(CATALOGUE), str(sock),
                                       f"{sys.executable} {__file__} --load {out} {address} {' '.join(ports)}", *self.names.values()],
                                      capture_output=True, text=True, timeout=200)
            finally:
                broker.terminate()
        if done.returncode or not out.exists():
            raise RuntimeError(f"watch: {done.returncode} {done.stderr[-2000:]}")
        self.after = counters()
        self.told = json.loads(done.stdout)
        found = json.loads(out.read_text())
        self.did, self.levels = found["did"], found["levels"]
        self.inside = found["before"], found["after"]
        self.seconds = self.after["time"] - self.before["time"]
        self.own_rss = 4096 * int(Path("/proc/self/statm").read_text().split()[1])

    def inner(self, name):
        return self.inside[1].get(name, 0) - self.inside[0].get(name, 0)

    def outer(self, name):
        return self.after.get(name, 0) - self.before.get(name, 0)


@unittest.skipUnless(os.geteuid() == 0, "dtraced needs root")
class Statistics(unittest.TestCase):
    run_once = None

    @classmethod
    def setUpClass(cls):
        cls.run_once = Run()

    def compare(self, stat):
        run, wanted = self.run_once, STATISTICS[stat][1]
        told = run.told[run.names[stat]]
        if told["state"] == "failed" and "does not match any probes" in told["error"]:
            self.skipTest(f"{stat}: this kernel has no such probes")
        self.assertEqual(told["state"], "active", told["error"])
        if not run.did["disk"] and stat.startswith("io."):
            self.skipTest("the file system of the test has no direct I/O to a disk")
        # An event in whose midst another of the same program comes is lost, whoever's it is, and counted as such.
        self.assertLessEqual(told["lost"], 100)
        got, want = sum(told["series"].values()), wanted(run)
        if isinstance(want, tuple):
            self.assertTrue(want[0] <= got <= want[1], f"{run.names[stat]}: {got}, not within {want}")
        else:
            self.assertTrue(want - told["lost"] <= got <= want, f"{run.names[stat]}: {got}, not {want}; {told['lost']} lost")

    def test_every_statistic_has_a_test(self):
        there = {p.stem for p in CATALOGUE.glob("*.stat")}
        self.assertEqual(there, set(STATISTICS) | ELSEWHERE)


for _stat in STATISTICS:
    setattr(Statistics, "test_" + re.sub(r"\W", "_", _stat), lambda self, s=_stat: self.compare(s))

if __name__ == "__main__":
    if sys.argv[1:2] == ["--load"]:
        load(Path(sys.argv[2]), sys.argv[3:])
    else:
        unittest.main()
