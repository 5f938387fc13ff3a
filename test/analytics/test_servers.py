"""Statistics of servers with probes of their own, beside what the servers count: PostgreSQL, Java, HTTP."""
import os
import pwd
import re
import shutil
import struct
import subprocess
import unittest
from pathlib import Path

from watching import BUILD, PATIENCE_S, Watching, until

JAVA = next(iter([*sorted(Path("/usr/lib/jvm").glob("java-17-*/bin/java")), *filter(None, [shutil.which("java")])]), None)


# ---- Java ----

def java_class(name, collections):
    """A class file: main() waits for a byte, collects garbage so often, and waits again."""
    pool = []

    def add(tag, data):
        entry = bytes([tag]) + data
        if entry not in pool:
            pool.append(entry)
        return pool.index(entry) + 1

    def utf8(text):
        return add(1, struct.pack(">H", len(text)) + text.encode())

    def class_of(text):
        return add(7, struct.pack(">H", utf8(text)))

    def member(tag, of, what, kind):
        both = add(12, struct.pack(">HH", utf8(what), utf8(kind)))
        return add(tag, struct.pack(">HH", class_of(of), both))

    field, method = 9, 10
    wait = struct.pack(">BHBHB", 0xb2, member(field, "java/lang/System", "in", "Ljava/io/InputStream;"),
                       0xb6, member(method, "java/io/InputStream", "read", "()I"), 0x57)  # getstatic, invokevirtual, pop
    loop = struct.pack(">BB BBB BH BH BBB Bh", 0x03, 0x3c,  # i = 0
                       0x1b, 0x10, collections, 0xa2, 15 - 3,  # while i < collections
                       0xb8, member(method, "java/lang/System", "gc", "()V"), 0x84, 1, 1, 0xa7, -12)
    code = wait + loop + wait + b"\xb1"
    attribute = struct.pack(">HHI", 2, 2, len(code)) + code + struct.pack(">HH", 0, 0)
    main = struct.pack(">HHHH", 0x0009, utf8("main"), utf8("([Ljava/lang/String;)V"), 1)
    main += struct.pack(">HI", utf8("Code"), len(attribute)) + attribute
    this, above = class_of(name), class_of("java/lang/Object")
    # Version 49: the last whose branches need no table of types.
    return struct.pack(">IHHH", 0xcafebabe, 0, 49, len(pool) + 1) + b"".join(pool) + \
        struct.pack(">HHHHHH", 0x0021, this, above, 0, 0, 1) + main + struct.pack(">H", 0)


class Java(Watching):
    @unittest.skipUnless(JAVA, "no Java is installed")
    def test_java_gc(self):
        collections = 25
        (self.folder / "Load.class").write_bytes(java_class("Load", collections))
        log = self.folder / "gc.log"
        java = self.run_beside([str(JAVA), "-XX:+UseSerialGC", "-Xmx64m", f"-Xlog:gc:file={log}", "-cp", str(self.folder), "Load"],
                               stdin=subprocess.PIPE, log=self.folder / "java.err")
        until(log.exists, "Java begins")
        self.addCleanup(java.stdin.close)
        done = "test $(grep -c 'Pause Full (System.gc())' %s) -ge %d && break" % (log, collections)
        name, slow = f"java.gc[pid={java.pid}]", f"java.gc[pid={java.pid}][latency]"
        told = self.watch(f"echo > /proc/{java.pid}/fd/0; for i in $(seq 100); do {done}; sleep 0.2; done; sleep 1", name, slow)
        self.assertIsNone(java.poll(), (self.folder / "java.err").read_text())
        pauses = [float(ms) for ms in re.findall(r"Pause .* ([\d.]+)ms", log.read_text())]
        self.assertGreaterEqual(len(pauses), collections)
        if told[name]["state"] == "enabling" and "does not match any probes" in told[name]["error"]:
            self.skipTest("this Java was built without probes")
        self.assertEqual(self.active(told[name])[""], len(pauses))
        # How long they took, by Java's own clock, within the probes: no bucket is above the longest by more than its width.
        buckets = [(least, n) for least, n in told[slow]["buckets"] if n]
        self.assertEqual(sum(n for _, n in buckets), len(pauses))
        self.assertLessEqual(sum(pauses) * 1e6 * 0.5, sum(least * 2 * n for least, n in buckets))


# ---- PostgreSQL ----

def postgres_bin():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return found[-1].parent if found else None


@unittest.skipUnless(postgres_bin() and shutil.which("setpriv"), "no PostgreSQL is installed")
class Postgres(Watching):
    SIMPLE, PREPARED = 40, 30

    def setUp(self):
        super().setUp()
        user = pwd.getpwnam("postgres")
        self.folder.chmod(0o755)
        self.data = self.folder / "pg"
        self.data.mkdir()
        os.chown(self.data, user.pw_uid, user.pw_gid)
        self.asthey = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        subprocess.run([*self.asthey, str(postgres_bin() / "initdb"), "-D", str(self.data / "db"), "-A", "trust", "-N"], check=True,
                       capture_output=True, timeout=60, cwd="/")
        self.server = self.run_beside([*self.asthey, str(postgres_bin() / "postgres"), "-D", str(self.data / "db"), "-k", str(self.data),
                                       "-c", "listen_addresses=", "-c", "shared_preload_libraries=pg_stat_statements",
                                       "-c", "fsync=off", "-c", "autovacuum=off"], cwd="/", log=self.folder / "pg.log")
        until(lambda: self.psql("select 1", check=False).returncode == 0, "PostgreSQL answers")
        self.psql("create extension pg_stat_statements")
        self.psql("select pg_stat_statements_reset()")

    def command(self, program, *arguments):
        return [str(postgres_bin() / program), "-h", str(self.data), "-U", "postgres", *arguments]

    def psql(self, text, check=True):
        return subprocess.run(self.command("psql", "-qAtc", text, "postgres"), capture_output=True, text=True, check=check, timeout=PATIENCE_S)

    def test_postgres_queries(self):
        simple, prepared = self.folder / "simple.sql", self.folder / "prepared.sql"
        simple.write_text("select 42 as known;\n" * self.SIMPLE)
        prepared.write_text("select 43 as known;\n")
        psql = " ".join(self.command("psql", "-qAt", "-f", str(simple), "postgres"))
        bench = " ".join(self.command("pgbench", "-n", "-t", str(self.PREPARED), "-M", "prepared", "-f", str(prepared), "postgres"))
        text = 'postgres.queries[query="select 42 as known;"]'
        told = self.watch(f"{psql} >/dev/null && {bench} >/dev/null; sleep 1", text, "postgres.queries[query]", "postgres.queries[latency]")
        counted = dict(line.split("|") for line in self.psql(
            "select query, calls from pg_stat_statements where query like 'select $1 as known%'").stdout.splitlines())
        calls = sum(map(int, counted.values()))
        self.assertEqual(calls, self.SIMPLE + self.PREPARED)
        if told[text]["state"] == "enabling" and "does not match any probes" in told[text]["error"]:
            self.skipTest("this PostgreSQL was built without probes")
        # psql sends the text as it stands in the file, to its end or without the semicolon.
        series = self.active(told["postgres.queries[query]"])
        self.assertEqual(sum(n for key, n in series.items() if key.startswith("select 42 as known")), self.SIMPLE, told)
        self.assertEqual(self.active(told[text]).get("", 0), self.SIMPLE)
        self.assertEqual(series["(prepared)"], self.PREPARED)
        self.assertEqual(sum(n for _, n in told["postgres.queries[latency]"]["buckets"]), sum(series.values()))


# ---- HTTP ----

class Http(Watching):
    def test_http_requests(self):
        port = self.folder / "port"
        server = self.run_beside([str(BUILD / "test/analytics/http_server"), str(port)])
        until(lambda: port.exists() and port.read_text().endswith("\n"), "the server listens")
        asked = [("GET", "/slow", 6), ("GET", "/quick", 30), ("POST", "/quick", 9)]
        script = self.folder / "ask.py"
        script.write_text(f"""
import http.client
for method, path, times in {asked}:
    for _ in range(times):
        c = http.client.HTTPConnection("127.0.0.1", {int(port.read_text())}, timeout=10)
        c.request(method, path)
        assert c.getresponse().read() == b"ok"
        c.close()
""")
        mine = f"http.requests[pid={server.pid}]"
        names = [mine, mine + "[url]", mine + "[method]", mine + "[method=POST]", mine + "[latency]"]
        # The canonical form sorts predicates.
        told = self.watch(f"/usr/bin/python3 {script} && sleep 1", *names)
        count, urls, methods, posts, latency = (self.active(told[n]) for n in names)
        self.assertEqual(count, {"": 45})
        self.assertEqual(urls, {"/slow": 6, "/quick": 39})
        self.assertEqual(methods, {"GET": 36, "POST": 9})
        self.assertEqual(posts, {"": 9})
        slow = sum(n for least, n in told[mine + "[latency]"]["buckets"] if least >= 49e6)
        self.assertEqual((slow, sum(n for _, n in told[mine + "[latency]"]["buckets"])), (6, 45))


if __name__ == "__main__":
    unittest.main()
