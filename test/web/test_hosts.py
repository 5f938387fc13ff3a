"""Several hosts in one view: an analyticsd that asks others, beside what these tell themselves; hosts that go, refuse, or send nonsense."""
import base64
import contextlib
import hashlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse
from pathlib import Path

from support import ANALYTICSD, Daemon, needs_daemon, until

CALLER = """
import os, sys
open("/proc/self/comm", "w").write("known-hosts")
for line in sys.stdin:
    for i in range(int(line)): os.getppid()
    print("done", flush=True)
"""
CALLS = "syscall.ops[execname=known-hosts]{}[syscall=getppid]{}"


def hosts_file(folder, *lines):
    path = Path(folder, "hosts.conf")
    path.write_text("".join(l + "\n" for l in lines))
    path.chmod(0o600)
    return str(path)


def line(name, daemon, *more):
    return " ".join((name, daemon.url.rstrip("/"), f"token={daemon.token}", *more))


@needs_daemon
class Hosts(unittest.TestCase):
    def daemon(self, *options, **more):
        d = Daemon(*options, **more)
        self.addCleanup(d.stop)
        return d

    def center(self, *lines):
        folder = tempfile.TemporaryDirectory(prefix="glasshouse-hosts-")
        self.addCleanup(folder.cleanup)
        return self.daemon("--hosts", hosts_file(folder.name, *lines))

    def seconds(self, client, name, start, end):
        """second -> {key: value} of those there are."""
        v = client.get(f"datasets/{client.get('datasets/' + quoted(name)).json['id']}/values", start=start, end=end, step=1, top=50).json
        known = {v["start"] + i + 1: {} for i, k in enumerate(v["known"]) if k}
        for s in v["series"]:
            for at in known:
                known[at][s["key"]] = s["values"][at - v["start"] - 1] or 0
        return known

    def active(self, client, name, **more):
        client.post("datasets", {"name": name, **more})
        return until(lambda: (d := client.get("datasets/" + quoted(name)).json)["state"] == "active" and d["last"] and not d["error"] and d, f"{name} is active")

    @unittest.skipUnless(os.geteuid() == 0, "dtraced needs root")
    def test_what_others_tell_is_added_up(self):
        a, b = self.daemon(tracing=True), self.daemon(tracing=True)
        center = self.center("# two of them", line("a", a), "", line("b.example", b))
        names = {k: CALLS.format(*v) for k, v in {"by host": ("[hostname=*]", "[hostname]"), "all": ("[hostname=*]", ""), "one": ("[hostname=b.example]", "[execname]"),
                                                  "but one": ("[hostname!=a]", ""), "latency": ("", "[hostname][latency]"), "own": ("", "")}.items()}
        names["load"] = "cpu.load[hostname=*][minutes]"
        names["busy"] = "cpu.utilization[hostname=*]"
        client = center.operator
        for name in (n for k, n in names.items() if k != "own"):
            client.post("datasets", {"name": name})
        for d in (a, b):
            d.operator.dataset(names["own"])
            d.operator.dataset("cpu.utilization")
        for name in (n for k, n in names.items() if k != "own"):
            self.active(client, name)
        fields = next(s for s in client.get("catalogue").json["statistics"] if s["name"] == "io.ops")["fields"]
        self.assertIn("hostname", [f["name"] for f in fields])
        caller = subprocess.Popen([sys.executable, "-c", CALLER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(caller.communicate, timeout=20)
        begun = int(time.time()) - 1
        caller.stdin.write("500\n")
        caller.stdin.flush()
        self.assertEqual(caller.stdout.readline(), "done\n")
        last = int(time.time()) + 1
        until(lambda: all(client.get("datasets/" + quoted(n)).json["last"] > last for k, n in names.items() if k != "own"), "the seconds are told on")
        own = {n: self.seconds(d.operator, names["own"], begun, last) for n, d in (("a", a), ("b.example", b))}
        self.assertEqual([sum(v.get("", 0) for v in own[n].values()) for n in own], [500, 500])
        by_host = self.seconds(client, names["by host"], begun, last)
        for at in by_host:
            self.assertEqual({n: by_host[at].get(n, 0) for n in own}, {n: own[n][at].get("", 0) for n in own}, at)
        total = {k: sum(sum(v.values()) for v in self.seconds(client, names[k], begun, last).values()) for k in ("by host", "all", "one", "but one", "latency")}
        self.assertEqual(total, {"by host": 1000, "all": 1000, "one": 500, "but one": 500, "latency": 1000})
        latency = client.get("datasets/" + quoted(names["latency"])).json
        self.assertEqual(latency["scheme"], a.operator.dataset(CALLS.format("", "[latency]"))["scheme"])
        heat = client.get(f"datasets/{latency['id']}/heatmap", start=begun, end=last, step=1).json
        self.assertEqual(sum(n for column in heat["cells"] for n in column[1::2]), 1000)
        # What is in percent of a whole is no more than that, of two hosts either.
        busy = self.seconds(client, names["busy"], begun, last)
        one, two = (self.seconds(d.operator, "cpu.utilization", begun, last) for d in (a, b))
        for at in busy.keys() & one.keys() & two.keys():
            self.assertAlmostEqual(busy[at][""], (one[at][""] + two[at][""]) / 2, delta=0.002)
        # A tenant sees nothing of it.
        tenant = center.tenant("web")
        self.assertEqual(tenant.post("datasets", {"name": "syscall.ops[hostname]"}).status, 403)
        self.assertFalse(any(f["name"] == "hostname" for s in tenant.get("catalogue").json["statistics"] for f in s["fields"]))
        client.post("datasets", {"name": "syscall.ops[zone=web][hostname=a]"})
        self.assertEqual(tenant.get("datasets").json["datasets"], [])

    def test_a_host_that_goes_keeps_nobody_waiting(self):
        a, b = self.daemon(), self.daemon()
        center = self.center(line("a", a), line("b", b))
        client, name = center.operator, "memory.components[hostname]"
        self.active(client, name)
        client.dataset("analytics.hosts[peer]")
        until(lambda: self.newest(client, "analytics.hosts[peer]") == {"a": 1, "b": 1}, "both tell")
        b.end(b.process)
        gone = until(lambda: (d := client.get("datasets/" + quoted(name)).json)["error"] and d, "it is said that one has gone")
        self.assertEqual(gone["state"], "active")
        self.assertRegex(gone["error"], "^b: ")
        until(lambda: client.get("datasets/" + quoted(name)).json["last"] > gone["last"] + 2, "the other goes on")
        until(lambda: set(self.newest(client, name)) == {"a"}, "it goes on alone")
        until(lambda: self.newest(client, "analytics.hosts[peer]") == {"a": 1, "b": 0}, "one tells")
        b.start()
        until(lambda: not client.get("datasets/" + quoted(name)).json["error"], "it is back", 60)
        until(lambda: set(self.newest(client, name)) == {"a", "b"}, "both tell again")
        # Both go; the daemon ends in peace, and starts with nobody there.
        for d in (a, b):
            d.end(d.process)
        until(lambda: client.get("datasets/" + quoted(name)).json["state"] == "enabling", "nobody is there")
        until(lambda: self.newest(client, "analytics.hosts[peer]") == {"a": 0, "b": 0}, "nobody tells")
        client.patch("datasets/" + quoted(name), {"saved": True})
        self.assertEqual(center.restart(), 0)
        self.assertRegex(until(lambda: center.operator.get("datasets/" + quoted(name)).json["error"], "it is said why"), "a: .*; b: ")

    def newest(self, client, name):
        known = self.seconds(client, name, int(time.time()) - 10, int(time.time()) + 1)
        return known[max(known)] if known else {}

    def test_who_refuses_is_told_of(self):
        a = self.daemon(listen="0.0.0.0:0")
        url = a.url.rstrip("/").replace("0.0.0.0", "localhost")
        url = f"https://localhost:{url.rsplit(':', 1)[1]}"
        cert = a.data / "tls.cert"
        der = ssl.PEM_cert_to_DER_cert(cert.read_text())
        key = subprocess.run(["openssl", "x509", "-inform", "der", "-pubkey", "-noout"], input=der, capture_output=True, timeout=20)
        self.assertEqual(key.returncode, 0, key.stderr)
        spki = base64.b64decode("".join(key.stdout.decode().split("\n")[1:-2]))
        pin = "pin=sha256//" + base64.b64encode(hashlib.sha256(spki).digest()).decode()
        free = socket.create_server(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        center = self.center(f"trusted {url} token={a.token} ca={cert}", f"pinned {url} token={a.token} {pin}", f"stranger {url} token={a.token}",
                             f"other-key {url} token={a.token} pin=sha256//{base64.b64encode(bytes(32)).decode()}", f"wrong {url} token=nonsense ca={cert}",
                             f"nobody http://127.0.0.1:{port} token=x")
        client = center.operator
        made = client.post("datasets", {"name": "memory.components[hostname]"}).json
        error = until(lambda: (e := client.get(f"datasets/{made['id']}").json["error"]) and all(f"{n}: " in e for n in ("stranger", "other-key", "wrong", "nobody")) and e,
                      "it is said who refuses")
        self.assertNotRegex(error, "(^|; )(trusted|pinned): ")
        for what in ("stranger: .*(?i:certificate)", "other-key: .*(?i:pinned|key)", "wrong: it does not know the token", "nobody: .*(?i:connect)"):
            self.assertRegex(error, what)
        until(lambda: set(self.newest(client, "memory.components[hostname]")) == {"trusted", "pinned"}, "the two tell")
        refused = client.post("datasets", {"name": "memory.components[hostname=unknown]"}).json
        self.assertIn("there are: trusted, pinned,", until(lambda: client.get(f"datasets/{refused['id']}").json["error"], "it is said that there is none"))
        odd = client.post("datasets", {"name": "cpu.load[hostname=trusted][minutes=1]"}).json
        until(lambda: client.get(f"datasets/{odd['id']}").json["state"] == "active", "it is active")

    def reload(self, daemon, *lines, said="other hosts that are asked: "):
        log = daemon.folder / "log"
        before = log.read_text().count("analyticsd: ")
        hosts_file(Path(daemon.options[1]).parent, *lines)
        daemon.process.send_signal(signal.SIGHUP)
        until(lambda: log.read_text().count("analyticsd: ") > before, "it has read them")
        self.assertIn(said, log.read_text().strip().splitlines()[-1])

    def peers(self, client, *names):
        until(lambda: self.newest(client, "analytics.hosts[peer]") == {n: 1 for n in names}, lambda: f"{names} tell, not {self.newest(client, 'analytics.hosts[peer]')}")

    def test_a_file_that_changes(self):
        a, b = self.daemon(), self.daemon()
        center = self.center()
        client, name, of_b = center.operator, "memory.components[hostname]", "cpu.load[hostname=b][minutes]"
        made = [client.post("datasets", {"name": n, "saved": True}).json["id"] for n in (name, of_b)]
        for each in made:
            until(lambda: client.get(f"datasets/{each}").json["error"] == "no such host is asked; there are: none", "there is none")
            self.assertEqual(client.get(f"datasets/{each}").json["state"], "failed")
        fields = lambda: [f["name"] for s in client.get("catalogue").json["statistics"] if s["name"] == "io.ops" for f in s["fields"]]
        self.assertNotIn("hostname", fields())
        client.dataset("analytics.hosts[peer]")
        self.reload(center, line("a", a), said="asked: 1")
        self.assertIn("hostname", fields())
        self.peers(client, "a")
        # One more: the first goes on without a break.
        before = sockets_to(center.process.pid, a.process.pid)
        self.assertTrue(before)
        self.reload(center, line("b", b), line("a", a), said="asked: 2")
        self.peers(client, "a", "b")
        until(lambda: client.get(f"datasets/{made[1]}").json["state"] == "active", "that of b begins")
        self.assertTrue(before & sockets_to(center.process.pid, a.process.pid), "the stream of a is the same")
        # What is wrong changes nothing.
        self.reload(center, line("a", a), "b https://x:1", said="hosts.conf:2: b has no token=: make one there, by glasshouse token: the other hosts are as they were")
        # Another token, which is wrong; then the host goes, and what it told stays.
        self.reload(center, line("a", a), f"b {b.url.rstrip('/')} token=nonsense")
        until(lambda: "b: it does not know the token" in (client.get(f"datasets/{made[0]}").json["error"] or ""), "b is asked with it")
        self.reload(center, line("a", a), line("b", b))
        self.peers(client, "a", "b")
        told = client.get(f"datasets/{made[1]}").json["last"]
        self.reload(center, line("a", a), said="asked: 1")
        until(lambda: client.get(f"datasets/{made[1]}").json["error"] == "no such host is asked; there are: a", "b is asked no more")
        self.peers(client, "a")
        self.assertIsNone(client.get(f"datasets/{made[0]}").json["error"])
        self.assertTrue(self.seconds(client, of_b, told - 1, told))
        # None, and after a restart; then one again.
        self.reload(center, said="asked: 0")
        until(lambda: client.get(f"datasets/{made[0]}").json["state"] == "failed", "nobody is asked")
        self.assertEqual(center.restart(), 0)
        client = center.operator
        until(lambda: client.get(f"datasets/{made[0]}").json["state"] == "failed", "nobody is asked, still")
        self.reload(center, line("b", b), said="asked: 1")
        for each in made:
            until(lambda: client.get(f"datasets/{each}").json["state"] == "active", "b is asked")
        self.assertEqual(center.end(center.process), 0)

    def test_hosts_that_come_and_go_leave_nothing(self):
        a = self.daemon()
        center = self.center()
        client = center.operator
        client.post("datasets", {"name": "cpu.load[hostname=*][minutes]", "saved": True})
        for turn in range(12):
            self.reload(center, *(line(f"h{turn}-{i}", a) for i in range(1 + turn * 5 % 9)))
        self.reload(center, line("last", a), said="asked: 1")
        until(lambda: (d := client.get("datasets/" + quoted("cpu.load[hostname=*][minutes]")).json)["state"] == "active" and not d["error"], "the last tells")
        until(lambda: set(self.newest(client, "cpu.load[hostname=*][minutes]")) == {"1", "5", "15"}, "what it tells is there")
        # Connections that nobody needs are closed: those of one stream, and what libcurl keeps for the next request.
        until(lambda: len(sockets_to(center.process.pid, a.process.pid)) <= 8, "connections are closed")

    def test_files_that_are_wrong_are_refused(self):
        for text, mode, said in (("a https://x:1 token=t\n", 0o644, "chmod 600"), ("a\n", 0o600, "hosts.conf:1: the address of a is missing"),
                                 ("\na https://x:1\n", 0o600, "hosts.conf:2: a has no token="), ("a http://10.0.0.1:8411 token=t", 0o600, "https:// is wanted"),
                                 ("a ftp://x:1 token=t", 0o600, "is no address"), ("<b> https://x:1 token=t", 0o600, "is no name"), ("a https://x:1 token=t x=y", 0o600, "token=, ca= or pin= is wanted"),
                                 ("a https://x:1 token=t\na https://y:1 token=t", 0o600, "a is there twice"), ("a https://x:1 token=t\0", 0o600, "is no text"),
                                 ("".join(f"h{i} https://x:1 token=t\n" for i in range(65)), 0o600, "64 hosts at most")):
            with self.subTest(said), tempfile.TemporaryDirectory(prefix="glasshouse-hosts-") as folder:
                path = Path(folder, "hosts.conf")
                path.write_text(text)
                path.chmod(mode)
                done = subprocess.run([ANALYTICSD, "--data", f"{folder}/data", "--listen", "127.0.0.1:0", "--socket", "none", "--hosts", path], capture_output=True, text=True, timeout=30)
                self.assertEqual(done.returncode, 1)
                self.assertIn(said, done.stderr)

    def test_nonsense_of_a_host_is_its_own_trouble(self):
        with Nonsense() as server:
            a = self.daemon()
            center = self.center(line("a", a), *(f"odd{i} http://127.0.0.1:{server.port} token=x" for i in range(len(server.BODIES))))
            client, name = center.operator, "cpu.load[hostname=*][minutes]"
            self.active_with_error(client, name)
            until(lambda: server.streams >= len(server.BODIES), "all of it was sent", 120)
            before = client.get("datasets/" + quoted(name)).json["last"]
            until(lambda: client.get("datasets/" + quoted(name)).json["last"] > before + 1, "the other goes on")
            self.assertEqual(set(self.newest(client, name)), {"1", "5", "15"})
            self.assertLess(client.get("status").json["memory"]["resident"], 400 << 20)

    def active_with_error(self, client, name):
        client.post("datasets", {"name": name})
        return until(lambda: (d := client.get("datasets/" + quoted(name)).json)["state"] == "active" and d["error"] and d, f"{name} is active, and there is trouble")


def sockets_to(pid, server):
    """The addresses from which a process is connected to the port that another listens at."""
    def tcp(of):
        inodes = {os.readlink(f"/proc/{of}/fd/{fd}") for fd in os.listdir(f"/proc/{of}/fd")}
        rows = [r.split() for r in Path(f"/proc/{of}/net/tcp").read_text().splitlines()[1:]]
        return [r for r in rows if f"socket:[{r[9]}]" in inodes]
    ports = {r[1].split(":")[1] for r in tcp(server) if r[3] == "0A"}
    return {r[1] for r in tcp(pid) if r[2].split(":")[1] in ports and r[3] == "01"}


def quoted(name):
    return urllib.parse.quote(name, safe="")


class Nonsense:
    """A server that grants every dataset, and streams what no analyticsd would."""
    BODIES = (b"data: {\"t\":1}\n\n", b"event: second\ndata: nonsense\n\n" * 50, b"event: second\ndata: {\"t\":\"x\",\"values\":[]}\n\n",
              b"event: second\ndata: {\"t\":%d,\"values\":{\"1\":1e308,\"2\":-1e308,\"3\":null}}\n\n", b"event: second\ndata: {\"t\":%d,\"values\":[1,2]}\n\n",
              b"event: second\ndata: {\"t\":%d,\"cells\":[0,1,-5]}\n\n", b"\0\xff\xfe\n" * 1000, b"event: second\r\ndata: {\"t\":99999999999999999999}\r\n\r\n",
              b"event: second\ndata: " + b"[" * 100000 + b"\n\n")

    def __enter__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.settimeout(0.2)
        self.port, self.streams, self.over = self.server.getsockname()[1], 0, threading.Event()
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join(20)
        self.server.close()

    def serve(self):
        while not self.over.is_set():
            with contextlib.suppress(OSError):
                connection, _ = self.server.accept()
                with connection:
                    connection.settimeout(5)
                    self.answer(connection)

    def answer(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            part = connection.recv(65536)
            if not part:
                return
            head += part
        if head.startswith(b"POST"):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\nConnection: close\r\n\r\n{\"id\":1}")
            return
        body = self.BODIES[self.streams % len(self.BODIES)]
        self.streams += 1
        if b"%d" in body:
            body = body % (int(time.time()) - 1)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + body)


if __name__ == "__main__":
    unittest.main()
