"""The HTTP API: what doc/openapi.yaml says, by a real analyticsd; who may see what, with attacks; what it withstands."""
import collections
import contextlib
import csv
import gzip
import http.client
import io
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import unittest
import urllib.parse
import urllib.request

from support import BUILD, SRC, Client, Daemon, needs_daemon, until

try:
    import yaml  # noqa: F401
    from openapi import Description
    DESCRIPTION = Description((SRC / "doc/openapi.yaml").read_text())
except ImportError:
    DESCRIPTION = None

ANSWERED = collections.defaultdict(set)  # (method, path of the description) -> statuses that came


def held_to_description(ask):
    """Every answer of the API to any test is what doc/openapi.yaml says."""
    def checked(self, method, path, *args, **more):
        answer = ask(self, method, path, *args, **more)
        at = path.split("?")[0]
        known = DESCRIPTION and DESCRIPTION.template(method, at)
        if known:
            ANSWERED[known].add(answer.status)
            wrong = DESCRIPTION.wrong_answer(method, at, answer)
            assert wrong is None, wrong
        return answer
    return checked


Client.ask = held_to_description(Client.ask)

UTILIZATION = "cpu.utilization[mode]"
SPREAD = "cpu.utilization[utilization]"
ROUTES = re.compile(r'\{"(GET|POST|PUT|PATCH|DELETE)", "([^"]*)", \w+, ROUTE_(\w+)\}')


class Events:
    """Reads a live stream until it is closed."""

    def __init__(self, client, *datasets):
        at = urllib.parse.urlsplit(client.url)
        self.connection = http.client.HTTPConnection(at.netloc, timeout=30)
        self.connection.request("GET", "/api/v1/live?" + urllib.parse.urlencode([("dataset", d) for d in datasets]),
                                headers={"Authorization": f"Bearer {client.token}"})
        self.answer = self.connection.getresponse()
        self.status = self.answer.status
        ANSWERED["GET", "/api/v1/live"].add(self.status)

    def next(self):
        kind, data = None, None
        while line := self.answer.readline().decode():
            if line.startswith("event: "):
                kind = line[7:].strip()
            elif line.startswith("data: "):
                data = json.loads(line[6:])
            elif line == "\n" and kind:
                return kind, data
        return None, None

    def wait(self, kind, test=lambda d: True):
        while (found := self.next())[0]:
            if found[0] == kind and test(found[1]):
                return found[1]
        raise AssertionError(f"the stream ended before {kind}")

    def close(self):
        self.connection.close()


@needs_daemon
class Api(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon()
        cls.addClassCleanup(cls.daemon.stop)
        cls.operator = cls.daemon.operator
        cls.dribbling = [cls.enterClassContext(contextlib.closing(socket.create_connection(tuple(cls.daemon.listen.split(":")), 30))) for _ in range(50)]
        cls.enough = threading.Event()
        thread = threading.Thread(target=cls.dribble)
        thread.start()
        cls.addClassCleanup(thread.join)
        cls.addClassCleanup(cls.enough.set)

    @classmethod
    def dribble(cls):
        """Requests whose head never ends: a few bytes now and then, so that nobody calls the connections idle."""
        for s in cls.dribbling:
            s.sendall(b"GET /api/v1/status HTTP/1.1\r\nHost: x\r\n")
        while not cls.enough.wait(1):
            for s in cls.dribbling:
                with contextlib.suppress(OSError):
                    s.sendall(b"X: y\r\n")

    def test_z_requests_that_never_end_are_ended(self):
        until(lambda: self.get("status")["slow_cut"] >= 50, "none of them holds a connection any more", 60)

    def get(self, path, status=200, **arguments):
        answer = self.operator.get(path, **arguments)
        self.assertEqual(answer.status, status, answer.body[:300])
        return answer.json

    @unittest.skipUnless(DESCRIPTION, "python3-yaml is not installed")
    def test_every_route_is_described_and_every_description_is_a_route(self):
        routes = {(m, "/api/v1/" + p) for f in (SRC / "analytics/http").glob("api_*.c") for m, p, _ in ROUTES.findall(f.read_text())}
        routes |= {("GET", "/metrics"), ("GET", "/api/v1/live")}
        said = {(m, re.sub(r"\{\w+\}", "*", p)) for m, p, _ in DESCRIPTION.operations()}
        self.assertGreater(len(routes), 35)
        self.assertEqual(routes, said)

    def test_everything_wants_a_login(self):
        nobody = Client(self.daemon.url)
        for f in sorted((SRC / "analytics/http").glob("api_*.c")):
            for method, path, who in ROUTES.findall(f.read_text()):
                if who == "OPEN":
                    continue
                for token in (None, "x" * 43, "' OR 1=1 --"):
                    nobody.token = token
                    answer = nobody.ask(method, "/api/v1/" + path.replace("*", "1"), None if method in ("GET", "DELETE") else {})
                    self.assertEqual(answer.status, 401, (method, path, token))
                    self.assertEqual(answer.json["error"]["code"], "login")
        for path in ("/metrics", "/api/v1/live"):
            self.assertEqual(nobody.ask("GET", path).status, 401)

    def test_a_dataset_from_birth_to_death(self):
        answer = self.operator.post("datasets", {"name": "cpu.utilization[cpu=0][mode]"})
        d = answer.json
        self.assertEqual((answer.status, d["kind"], d["key_field"], d["unit"]), (200, "keyed", "mode", "percent"))
        again = self.operator.post("datasets", {"name": "cpu.utilization[cpu=\"0\"][mode]"}).json
        self.assertEqual(again["id"], d["id"], "a name is an identity, however it is written")
        self.operator.dataset(d["name"])
        by_name = self.get("datasets/" + urllib.parse.quote(d["name"], safe=""))
        self.assertEqual(by_name["id"], d["id"])
        path = f"datasets/{d['id']}"
        changed = self.operator.patch(path, {"state": "suspended", "saved": True, "exported": True, "compression": "lz4", "retention": {"1": 86400}}).json
        self.assertEqual((changed["saved"], changed["exported"], changed["compression"], changed["retention"]["1"]), (True, True, "lz4", 86400))
        until(lambda: self.get(path)["state"] == "suspended", "it is suspended")
        for bad in ({"state": "odd"}, {"saved": 1}, {"compression": "rar"}, {"retention": {"1": -5}}, {"retention": {"1": "x"}}):
            self.assertEqual(self.operator.patch(path, bad).status, 400, bad)
        self.assertEqual(self.operator.delete(path).status, 204)
        self.get(path, status=404)

    def test_what_is_no_dataset_is_told_so(self):
        for name in ("no.such", "cpu.utilization[no_such]", "cpu.utilization[mode", "", "cpu.utilization[mode][cpu]", 7, None, "x" * 2000):
            answer = self.operator.post("datasets", {"name": name})
            self.assertIn(answer.status, (400, 404), name)
            self.assertTrue(answer.json["error"]["message"], name)

    def test_values_are_those_of_the_stream(self):
        d = self.operator.dataset(UTILIZATION)
        events = Events(self.operator, d["id"])
        events.wait("hello")
        seen = [events.wait("second", lambda m: m["dataset"] == d["id"]) for _ in range(2)]
        events.close()
        last = seen[-1]["t"]
        values = self.get(f"datasets/{d['id']}/values", start=last - 2, end=last, step=1)
        self.assertEqual((values["start"], values["step"], values["columns"], values["known"]), (last - 2, 1, 2, [1, 1]))
        for i, m in enumerate(seen):
            of = {s["key"]: s["values"][i] for s in values["series"]}
            self.assertEqual({k: v for k, v in of.items() if v}, {k: v for k, v in m["values"].items() if v})
        total = sum(s["values"][1] for s in values["series"])
        self.assertLessEqual(total, 100.5)
        one = self.get(f"datasets/{d['id']}/values", start=last - 2, end=last, step=1, key="user")
        self.assertEqual([s["key"] for s in one["series"]], ["user"])
        keys = self.get(f"datasets/{d['id']}/keys", start=last - 2, end=last)
        self.assertIn("user", [k["key"] for k in keys["keys"]])
        rows = list(csv.reader(io.StringIO(self.operator.get(f"datasets/{d['id']}/export", format="csv", start=last - 2, end=last).body.decode())))
        self.assertEqual((rows[0][0], rows[0][-1], rows[-1][0]), ("time", "lost", str(last)))
        exported = self.operator.get(f"datasets/{d['id']}/export", format="json", start=last - 2, end=last, step=1)
        self.assertEqual(exported.json["series"], values["series"])
        self.assertIn("attachment", exported.headers["Content-Disposition"])

    def test_heat_maps_are_those_of_the_stream(self):
        d = self.operator.dataset(SPREAD)
        events = Events(self.operator, SPREAD)
        seen = events.wait("second")
        events.close()
        heat = self.get(f"datasets/{d['id']}/heatmap", start=seen["t"] - 1, end=seen["t"], step=1, percentile=[50, 99])
        self.assertEqual((heat["columns"], len(heat["cells"])), (1, 1))
        cells = [(*heat["buckets"][b], n) for b, n in zip(heat["cells"][0][::2], heat["cells"][0][1::2])]
        self.assertEqual(cells, list(zip(seen["cells"][::3], seen["cells"][1::3], seen["cells"][2::3])))
        self.assertEqual(sum(n for _, _, n in cells), os.cpu_count())
        self.assertEqual(sorted(heat["percentiles"]), ["50", "99"])

    def test_nonsense_in_a_question(self):
        d = self.operator.dataset(UTILIZATION)
        bad = [{"start": 10, "end": 5}, {"start": "x"}, {"step": -1}, {"points": 10 ** 9}, {"start": 0, "end": 2 ** 32, "step": 1}, {"top": 10 ** 6}, {"end": "9" * 30}]
        for what in bad:
            answer = self.operator.get(f"datasets/{d['id']}/values", **what)
            self.assertEqual(answer.status, 400, what)
        self.get(f"datasets/{d['id']}/heatmap", status=400)
        self.get("datasets/999999/values", status=404)
        self.get(f"datasets/{self.operator.dataset(SPREAD)['id']}/heatmap", status=400, percentile=100)

    def test_worksheets(self):
        sheet = {"name": "a sheet", "span": 600, "charts": [{"dataset": UTILIZATION, "view": "stack", "keys": ["ü"]}], "of mine": {"x": [1]}}
        made = self.operator.post("worksheets", sheet)
        path = f"worksheets/{made.json['id']}"
        kept = self.get(path)
        self.assertEqual({k: kept[k] for k in sheet}, sheet)
        self.assertTrue(self.operator.dataset(UTILIZATION)["saved"], "its datasets are kept")
        self.assertIn("a sheet", [s["name"] for s in self.get("worksheets")["worksheets"]])
        self.assertEqual(self.operator.put(path, {**sheet, "name": "another"}).status, 200)
        self.assertEqual(self.get(path)["name"], "another")
        for bad in ({"charts": []}, {"name": "", "charts": []}, {"name": "x"}, {"name": "x", "charts": [{}]}, {"name": "x", "charts": [1] * 51}):
            self.assertEqual(self.operator.post("worksheets", bad).status, 400, bad)
        self.assertEqual(self.operator.delete(path).status, 204)
        self.get(path, status=404)

    def test_usual(self):
        """Of what has no past nothing is said; test_usual.py has one."""
        d = self.operator.dataset("cpu.utilization[cpu]")
        hours = self.get(f"datasets/{d['id']}/usual", start=3600 * 400000, end=3600 * 400002, key="0")["hours"]
        self.assertEqual([(h["start"] // 3600, h["basis"], h["low"]) for h in hours], [(400000, "unknown", None), (400001, "unknown", None)])
        self.get(f"datasets/{d['id']}/usual", status=400, start=0, end=3600 * 49)
        self.get(f"datasets/{d['id']}/usual", status=400, key=["0", "1"])
        self.get(f"datasets/{self.operator.dataset('cpu.utilization')['id']}/usual", status=400, key="0")

    def test_thresholds_and_alerts(self):
        body = {"name": "always", "dataset": SPREAD, "limit": -1, "minpost": 0, "actions": [{"kind": "syslog"}]}
        made = self.operator.post("thresholds", body)
        self.assertEqual(made.status, 200, made.body)
        path = f"thresholds/{made.json['id']}"
        alert = until(lambda: self.get("alerts")["alerts"], "an alert")[0]
        self.assertEqual((alert["name"], alert["state"], alert["dataset"]), ("always", "lasting", SPREAD))
        self.assertEqual(self.operator.post(f"alerts/{alert['id']}/acknowledge", {"comment": "seen"}).status, 204)
        self.assertEqual(self.get("alerts")["alerts"][0]["acknowledged_by"], "local")
        self.assertEqual(self.operator.post(path + "/test").status, 204)
        test = until(lambda: [x for x in self.get("deliveries")["deliveries"] if x["event"] == "test" and x["attempts"]], "the test is tried")[0]
        self.assertEqual((test["alert"], test["threshold"], test["attempts"] > 0), (None, made.json["id"], True))
        post, = self.get(f"alerts/{alert['id']}/deliveries")["deliveries"]
        self.assertEqual((post["alert"], post["threshold"], post["event"], post["action"]), (alert["id"], made.json["id"], "post", test["action"]))
        self.get(path)
        self.get("thresholds")
        for bad in ({**body, "limit": "many"}, {**body, "odd": 1}, {"name": "x"}, {**body, "actions": [{"kind": "odd"}]}, {**body, "actions": [{}]}):
            self.assertEqual(self.operator.post("thresholds", bad).status, 400, bad)
        self.assertEqual(self.operator.put(path, {**body, "limit": "1e9"}).status, 200)
        self.assertEqual(self.operator.delete(path).status, 204)

    def test_the_rest_is_as_described(self):
        for path in ("catalogue", "datasets", "status", "zones", "accounts", "tokens"):
            self.get(path)
        everybody = [p["pid"] for z in self.get("zones")["zones"] for p in z["processes"]]
        self.assertIn(os.getpid(), everybody)

    def test_statistics_of_ones_own(self):
        text = "syscall::getpid:entry { @[execname] = count(); }"
        self.assertEqual(self.operator.put("catalogue/user.pids", {"text": text, "title": "getpid", "unit": "ops/s"}).status, 204)
        self.assertEqual(self.get("catalogue/user.pids")["text"].strip().splitlines()[-1].strip()[-len(text):], text)
        self.assertIn("user.pids", [s["name"] for s in self.get("catalogue")["statistics"]])
        made = self.operator.post("datasets", {"name": "user.pids"})
        self.assertEqual(made.status, 200, made.body)
        self.assertEqual(self.operator.delete("catalogue/user.pids").status, 409, "a dataset uses it")
        self.assertEqual(self.operator.put("catalogue/user.pids", {"text": "syscall::getppid:entry { @[execname] = count(); }"}).status, 409)
        self.assertEqual(self.operator.delete(f"datasets/{made.json['id']}").status, 204)
        # Its collecting ends behind the answer.
        until(lambda: self.operator.delete("catalogue/user.pids").status == 204, "it is gone")
        self.assertEqual(self.operator.delete("catalogue/user.pids").status, 404)
        self.get("catalogue/user.pids", status=404)
        for bad in ({"text": "no D at all {"}, {"text": ""}, {"text": 7}, {}):
            self.assertEqual(self.operator.put("catalogue/user.bad", bad).status, 400, bad)
        self.assertEqual(self.operator.put("catalogue/cpu.utilization", {"text": text}).status, 400)

    def test_what_is_refused_says_so(self):
        for method, path, body, status in (
                ("POST", "alerts/999999/acknowledge", {}, 404), ("GET", "alerts/999999/deliveries", None, 200), ("GET", "alerts/x/deliveries", None, 404),
                ("PUT", "thresholds/999999", {"name": "x", "dataset": UTILIZATION, "limit": 1}, 404), ("PUT", "thresholds/1", {"name": "x"}, 400),
                ("PUT", "accounts/ernst", {"role": "king"}, 400), ("DELETE", "accounts/nobody", None, 404), ("GET", "deliveries?limit=0", None, 400),
                ("POST", "password", {"old": "x", "new": "long enough"}, 403), ("POST", "password", {"old": 7}, 400)):
            answer = self.operator.ask(method, "/api/v1/" + path, body)
            self.assertEqual(answer.status, status, (method, path, answer.body))
            if status >= 400:
                self.assertTrue(answer.json["error"]["message"])

    def test_metrics_for_prometheus(self):
        for name in (UTILIZATION, SPREAD):
            self.operator.patch(f"datasets/{self.operator.dataset(name)['id']}", {"exported": True})
        text = self.operator.ask("GET", "/metrics").body.decode()
        self.assertRegex(text, r'glasshouse_cpu_utilization\{dataset="cpu\.utilization\[mode\]",mode="user"\} [\d.e+-]+\n')
        self.assertRegex(text, r'glasshouse_cpu_utilization_quantile\{dataset="[^"]*",quantile="0.99"\} [\d.]+\n')
        line = re.compile(r'[a-z_]\w*(\{(\w+="([^"\\]|\\.)*",?)*\})? (NaN|[-+\d.e]+)')
        names = []
        for each in text.splitlines():
            if not each.startswith("#"):
                self.assertRegex(each, line)
                names.append(re.match(r"\w+", each).group())
        runs = [n for i, n in enumerate(names) if i == 0 or names[i - 1] != n]
        self.assertEqual(len(runs), len(set(runs)), "the lines of a metric stand together")
        self.assertEqual(set(re.findall(r"^# HELP (\w+) ", text, re.M)), set(names))

    @unittest.skipUnless(shutil.which("promtool"), "no promtool of Prometheus")
    def test_prometheus_finds_nothing_wrong(self):
        for name in (UTILIZATION, SPREAD):
            self.operator.patch(f"datasets/{self.operator.dataset(name)['id']}", {"exported": True})
        text = self.operator.ask("GET", "/metrics").body
        done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, timeout=30)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, b""))

    # ---- what it withstands ----

    def raw(self, data, wait=5):
        host, port = self.daemon.listen.split(":")
        with socket.create_connection((host, int(port)), wait) as s:
            s.sendall(data)
            s.settimeout(wait)
            out = b""
            try:
                while part := s.recv(65536):
                    out += part
            except (TimeoutError, ConnectionResetError):
                pass
        return out

    def test_malformed_requests(self):
        token = f"Authorization: Bearer {self.daemon.token}\r\n".encode()
        head = b"Host: x\r\nConnection: close\r\n"
        for target, status in ((b"/api/v1/%", b"400"), (b"/api/v1/%00", b"400"), (b"/../../etc/passwd", b"400"), (b"/%2e%2e/%2e%2e/etc/passwd", b"400"),
                               (b"/api/v1/datasets/..%2f..%2fetc/values", b"400"), (b"/" + b"a/" * 50, b"400"),
                               (b"/js/../index.html", b"400"), (b"//index.html", b"404"), (b"/api/v2/status", b"404")):
            out = self.raw(b"GET " + target + b" HTTP/1.1\r\n" + head + token + b"\r\n")
            self.assertEqual(out.split(b" ")[1:2], [status], (target[:60], out[:200]))
        for odd in (b"\x00" * 1000, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"POST /api/v1/datasets HTTP/1.1\r\n" + head + token + b"Content-Length: -1\r\n\r\n",
                    b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n", b"GET /api/v1/status?" + b"a&" * 20000 + b" HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01"):
            self.raw(odd, wait=1)
        for body in (b"", b"{", b"[]", b'"x"', b'{"name":"a","name":"b"}', b"\xff\xfe", b"[" * 100000, b'{"name":"\\u0000"}', b'{"name":1e999}'):
            answer = self.operator.ask("POST", "/api/v1/datasets", raw=body)
            self.assertEqual(answer.status, 400, body[:20])
        self.assertEqual(self.operator.ask("POST", "/api/v1/datasets", raw=b"{}", headers={"Content-Type": "text/plain"}).status, 415)
        self.assertEqual(self.operator.ask("DELETE", "/api/v1/status").status, 405)
        self.assertEqual(self.operator.ask("BREW", "/api/v1/status").status, 415)
        self.assertEqual(self.get("status")["user"]["role"], "operator")

    def test_requests_that_are_refused_leave_nothing(self):
        """More than libmicrohttpd itself takes, again and again: each has 40 KB."""
        host, port = self.daemon.listen.split(":")

        def ask(times):
            for _ in range(times):
                with socket.create_connection((host, int(port)), 5) as s:
                    s.sendall(b"GET /api/v1/status?" + b"a&" * 20000 + b" HTTP/1.1\r\n\r\n")
            return self.get("status")["memory"]["resident"]
        before = ask(300)  # some are still being closed
        ask(600)
        until(lambda: self.get("status")["memory"]["resident"] - before < 12 << 20, "what they had is free again")

    def test_great_bodies_are_not_kept(self):
        before = self.get("status")["memory"]["resident"]
        big = b'{"name":"' + b"a" * (300 * 1024) + b'"}'
        out = self.raw(b"POST /api/v1/datasets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n", 2)
        self.assertIn(b" 413 ", out.split(b"\r\n")[0])
        head = f"POST /api/v1/datasets HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {self.daemon.token}\r\n" \
               "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
        chunked = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in (big[i:i + 60000] for i in range(0, len(big), 60000)))
        self.assertIn(b" 413 ", self.raw(head + chunked + b"0\r\n\r\n").split(b"\r\n")[0])
        self.assertLess(self.get("status")["memory"]["resident"] - before, 64 << 20)

    def test_a_slow_reader_is_cut_off_and_others_are_not(self):
        d = self.operator.dataset(UTILIZATION)
        good = Events(self.operator, d["id"])
        host, port = self.daemon.listen.split(":")
        slow = socket.socket()
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        slow.connect((host, int(port)))
        slow.sendall(f"GET /api/v1/live?dataset={d['id']} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.daemon.token}\r\n\r\n".encode())
        until(lambda: self.get("status")["streams"] >= 2, "both are connected")
        first = good.wait("second")["t"]
        self.assertGreater(good.wait("second")["t"], first)
        slow.close()
        good.close()
        until(lambda: self.get("status")["streams"] == 0, "who has gone is forgotten")

    def test_a_hundred_streams(self):
        d = self.operator.dataset(UTILIZATION)
        all_of = [Events(self.operator, d["id"]) for _ in range(100)]
        seconds = {e.wait("second")["t"] for e in all_of}
        self.assertLessEqual(len(seconds), 3, "everybody is told of the same seconds")
        for e in all_of:
            e.close()

    def test_the_page_is_part_of_the_daemon(self):
        """Compressed in both ways, told apart by its version, the same as the sources that --web serves."""
        page = self.operator.ask("GET", "/", headers={"Accept-Encoding": "gzip"})
        self.assertEqual((page.status, page.headers["Content-Type"], page.headers["Content-Encoding"]), (200, "text/html; charset=utf-8", "gzip"))
        self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])
        again = self.operator.ask("GET", "/", headers={"If-None-Match": page.headers["ETag"]})
        self.assertEqual((again.status, again.body), (304, b""))
        sources = Daemon("--web", str(SRC / "web"))
        self.addCleanup(sources.stop)
        total = dict.fromkeys(("gzip", "br"), 0)
        for path in ("index.html", *(str(p.relative_to(SRC / "web")) for p in (SRC / "web").rglob("*") if p.suffix in (".js", ".css", ".svg"))):
            plain = self.operator.ask("GET", "/" + path)
            self.assertEqual(plain.body, (SRC / "web" / path).read_bytes(), path)
            self.assertEqual(sources.operator.ask("GET", "/" + path).headers["ETag"], plain.headers["ETag"], path)
            for coding in total:
                packed = self.operator.ask("GET", "/" + path, headers={"Accept-Encoding": coding})
                total[coding] += len(packed.body)
                if packed.headers["Content-Encoding"]:
                    self.assertEqual((packed.headers["Content-Encoding"], packed.headers["Vary"]), (coding, "Accept-Encoding"))
                    self.assertLess(len(packed.body), len(plain.body))
                if packed.headers["Content-Encoding"] == "gzip":
                    self.assertEqual(gzip.decompress(packed.body), plain.body, path)
        self.assertEqual(total["gzip"], self.get("status")["page_bytes"])
        self.assertLess(total["gzip"], 100_000)
        for path in ("/package.json", "/vendor/LICENSES", "/js", "/js/"):
            self.assertEqual(self.operator.ask("GET", path).status, 404, path)


@needs_daemon
class Access(unittest.TestCase):
    """Roles: what a tenant tries must fail as if it were not there."""

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(tracing=os.geteuid() == 0)
        cls.addClassCleanup(cls.daemon.stop)
        cls.operator = cls.daemon.operator
        cls.tenant, cls.other = cls.daemon.tenant("web"), cls.daemon.tenant("db")

    def test_what_is_for_operators(self):
        for method, path, body in (("GET", "accounts", None), ("PUT", "accounts/evil", {"role": "operator", "password": "long enough"}), ("DELETE", "accounts/tenant-db", None),
                                   ("PUT", "catalogue/user.evil", {"text": "BEGIN { @ = count(); }"}), ("DELETE", "catalogue/user.evil", None), ("GET", "catalogue/user.evil", None)):
            self.assertEqual(self.tenant.ask(method, "/api/v1/" + path, body).status, 403, path)
        self.assertNotIn("datasets", self.tenant.get("status").json)

    def test_other_datasets_do_not_exist(self):
        d = self.operator.dataset(UTILIZATION)
        self.assertEqual(self.tenant.get("datasets").json["datasets"], [])
        name = urllib.parse.quote(d["name"], safe="")
        # By name it is refused before it is looked for: the statistic knows no zone.
        for which, refused in ((d["id"], 404), (name, 403)):
            for path in ("", "/values", "/keys", "/heatmap", "/usual", "/export"):
                self.assertEqual(self.tenant.get(f"datasets/{which}{path}").status, refused, path)
            self.assertEqual(self.tenant.patch(f"datasets/{which}", {"state": "suspended"}).status, refused)
            self.assertEqual(self.tenant.delete(f"datasets/{which}").status, refused)
            events = Events(self.tenant, urllib.parse.unquote(str(which)))
            self.assertEqual(events.status, refused)
            events.close()
        self.assertNotIn("cpu_utilization", self.tenant.ask("GET", "/metrics").body.decode())
        self.assertEqual(self.operator.get(f"datasets/{d['id']}").json["state"], "active")

    def test_what_a_tenant_creates_is_of_his_zone(self):
        """Statistics that know no zone are refused; for those that do, the zone is forced, whatever is asked."""
        self.assertIn(self.tenant.post("datasets", {"name": UTILIZATION}).status, (400, 403))
        if not any(s["name"] == "syscall.ops" for s in self.operator.get("catalogue").json["statistics"]):
            self.skipTest("the catalogue has no syscall.ops")
        made = self.tenant.post("datasets", {"name": "syscall.ops[execname]"})
        self.assertEqual(made.status, 200, made.body)
        self.assertIn("[zone=web]", made.json["name"])
        for name in ("syscall.ops[zone=db]", "syscall.ops[zone!=web]", "syscall.ops[zone=web][zone=db]", "syscall.ops[zone=\"db\"][execname]", "syscall.ops[zone]"):
            answer = self.tenant.post("datasets", {"name": name})
            if answer.status == 200:
                self.assertIn("[zone=web]", answer.json["name"], name)
        for d in self.tenant.get("datasets").json["datasets"]:
            self.assertIn("[zone=web]", d["name"])
            if "[zone=db]" not in d["name"]:  # both at once is of nobody, and empty
                self.assertEqual(self.other.get(f"datasets/{d['id']}").status, 404)
        for d in self.other.get("datasets").json["datasets"]:
            self.assertIn("[zone=db]", d["name"])

    def test_a_tenant_of_several_zones(self):
        """He has those of each of his zones and of all together; of a third not a number, whichever way he asks."""
        both = self.daemon.tenant("web", "db")
        self.assertEqual(both.get("status").json["user"], {"name": "tenant-web-db", "role": "tenant", "zone": None, "zones": ["db", "web"]})
        made = both.post("datasets", {"name": "syscall.ops[execname]"}).json
        self.assertEqual(made["name"], "syscall.ops[zone=db=web][execname]")
        for name, canonical in (("syscall.ops[zone=web][pid]", "syscall.ops[zone=web][pid]"), ("syscall.ops[zone!=web]", "syscall.ops[zone!=web][zone=db=web]"),
                                ("syscall.ops[zone=web=db][zone]", "syscall.ops[zone=db=web][zone]")):
            self.assertEqual(both.post("datasets", {"name": name}).json["name"], canonical)
        for name in ("syscall.ops[zone=mail]", "syscall.ops[zone=web=mail]", "syscall.ops[zone=web=db=mail][zone=web]", "syscall.ops[zone=\"db,web\"]",
                     "syscall.ops[zone=web][zone=db]", "syscall.ops[zone=global]", "cpu.utilization"):
            self.assertIn(both.post("datasets", {"name": name}).status, (400, 403), name)
            self.assertIn(both.get("datasets/" + urllib.parse.quote(name, safe="")).status, (400, 403, 404), name)
        wide = self.operator.dataset("syscall.ops[zone=db=mail=web]")
        other = self.operator.dataset("syscall.ops[zone=mail]")
        for d in (wide, other):
            for path in ("", "/values", "/keys", "/heatmap", "/usual", "/export"):
                self.assertEqual(both.get(f"datasets/{d['id']}{path}").status, 404, path)
            events = Events(both, str(d["id"]))
            self.assertEqual(events.status, 404)
            events.close()
        mine = {d["id"]: d["name"] for d in both.get("datasets").json["datasets"]}
        self.assertIn(made["id"], mine)
        self.assertTrue(all(re.search(r"\[zone=(db|web|db=web)\]", n) for n in mine.values()), mine)
        # Each of his neighbours has one of the zones, and sees neither what is of both nor what is of the other.
        for tenant in (self.tenant, self.other):
            self.assertEqual(tenant.get(f"datasets/{made['id']}").status, 404)
            self.assertNotIn(made["id"], [d["id"] for d in tenant.get("datasets").json["datasets"]])
        # Export for Prometheus is of what he sees.
        self.operator.patch(f"datasets/{wide['id']}", {"exported": True})
        self.operator.patch(f"datasets/{made['id']}", {"exported": True})
        self.assertNotIn("mail", both.ask("GET", "/metrics").body.decode())
        for i in mine:
            if i != made["id"]:
                self.assertEqual(both.delete(f"datasets/{i}").status, 204)
        # Worksheets and thresholds: what is of one of his zones he has, of what is his that one has not.
        sheet = {"name": "of web", "charts": [], "shared": True}
        of_web, of_both = self.tenant.post("worksheets", sheet).json["id"], both.post("worksheets", {**sheet, "name": "of both"}).json["id"]
        self.assertEqual([both.get(f"worksheets/{i}").status for i in (of_web, of_both)], [200, 200])
        self.assertEqual([self.tenant.get(f"worksheets/{i}").status for i in (of_web, of_both)], [200, 404])
        self.assertEqual(self.other.get(f"worksheets/{of_web}").status, 404)
        t = both.post("thresholds", {"name": "both", "dataset": "syscall.ops", "limit": 1e9}).json
        w = self.tenant.post("thresholds", {"name": "web", "dataset": "syscall.ops", "limit": 1e9}).json
        self.assertEqual(t["dataset"], "syscall.ops[zone=db=web]")
        self.assertEqual([both.get(f"thresholds/{i['id']}").status for i in (t, w)], [200, 200])
        self.assertEqual([self.tenant.get(f"thresholds/{i['id']}").status for i in (t, w)], [404, 200])
        self.assertEqual(both.put(f"thresholds/{w['id']}", {"name": "web", "dataset": "syscall.ops", "limit": 2e9}).json["dataset"], "syscall.ops[zone=web]",
                         "a threshold stays in its scope")
        self.assertEqual(both.put(f"thresholds/{w['id']}", {"name": "web", "dataset": "syscall.ops[zone=db]", "limit": 1}).status, 403)
        for i in (t, w):
            self.operator.delete(f"thresholds/{i['id']}")
        for i in (of_web, of_both):
            self.assertEqual(both.delete(f"worksheets/{i}").status, 204 if i == of_both else 404, "of others he deletes none")
        self.tenant.delete(f"worksheets/{of_web}")
        # A zone less: what was of both does not exist for him any more, and his stream has ended.
        stream = Events(both, made["name"])
        stream.wait("tick")
        self.assertEqual(self.operator.put("accounts/tenant-web-db", {"role": "tenant", "zones": ["web"]}).status, 204)
        with self.assertRaises(AssertionError):
            stream.wait("never")
        stream.close()
        self.assertEqual(both.get(f"datasets/{made['id']}").status, 404)
        self.assertEqual(both.post("datasets", {"name": "syscall.ops[zone=db]"}).status, 403)
        for d in self.operator.get("datasets").json["datasets"]:
            self.operator.delete(f"datasets/{d['id']}")
        for bad in ({"zones": []}, {"zones": ["a,b"]}, {"zones": [7]}, {"zones": "web"}, {"zones": ["x"] * 17}, {"zones": ["x" * 64]}, {"zones": ["a"], "zone": "b"},
                    {"zones": [f"{i:060}" for i in range(9)]}):
            self.assertEqual(self.operator.put("accounts/tenant-web-db", {"role": "tenant", **bad}).status, 400, bad)

    def test_worksheets_thresholds_and_tokens_of_others(self):
        sheet = {"name": "mine", "charts": []}
        mine = self.operator.post("worksheets", sheet).json["id"]
        theirs = self.other.post("worksheets", sheet).json["id"]
        for which in (mine, theirs):
            self.assertEqual(self.tenant.get(f"worksheets/{which}").status, 404)
            self.assertEqual(self.tenant.put(f"worksheets/{which}", sheet).status, 404)
            self.assertEqual(self.tenant.delete(f"worksheets/{which}").status, 404)
        self.assertEqual(self.tenant.get("worksheets").json["worksheets"], [])
        t = self.operator.post("thresholds", {"name": "t", "dataset": UTILIZATION, "limit": 1}).json["id"]
        for answer in (self.tenant.get(f"thresholds/{t}"), self.tenant.delete(f"thresholds/{t}"), self.tenant.post(f"thresholds/{t}/test")):
            self.assertEqual(answer.status, 404)
        self.assertEqual(self.tenant.get("alerts").json["alerts"], [])
        token = self.other.get("tokens").json["tokens"][0]["id"]
        self.assertEqual(self.tenant.delete(f"tokens/{token}").status, 404)
        self.assertEqual([z["name"] for z in self.tenant.get("zones").json["zones"]], [])

    @unittest.skipUnless(os.geteuid() == 0, "dtraced needs root")
    def test_averages_are_exact(self):
        """Whatever the buckets are: of writes of known sizes."""
        name = "fs.ops[execname=known-average][op=write][size]"
        d = self.operator.dataset(name)
        live, sizes = Events(self.operator, str(d["id"])), [7, 123, 1001, 4321, 77777]
        live.wait("tick")
        script = f"open('/proc/self/comm', 'w').write('known-average')\nf = open('/dev/null', 'wb', buffering=0)\nfor n in {sizes} * 20: f.write(bytes(n))\n"
        subprocess.run(["/usr/bin/python3", "-c", script], check=True, timeout=30)
        told = live.wait("second", lambda s: s.get("average"))
        live.close()
        count = sum(told["cells"][2::3])
        heat = until(lambda: (h := self.operator.get(f"datasets/{d['id']}/heatmap", start=told["t"] - 20, end=told["t"] + 5, step=1).json)["total"] >= 20 * len(sizes) and h, "all of them")
        self.assertEqual(heat["total"], 20 * len(sizes))
        events = sum(a * sum(c[1::2]) for a, c in zip(heat["average"], heat["cells"]) if a is not None)
        self.assertAlmostEqual(events, 20 * sum(sizes), delta=1e-3)
        at = told["t"] - 1 - heat["start"]
        self.assertEqual((sum(heat["cells"][at][1::2]), heat["average"][at]), (count, told["average"]))
        self.operator.delete(f"datasets/{d['id']}")

    def test_sessions(self):
        nobody = Client(self.daemon.url)
        self.operator.put("accounts/anna", {"role": "operator", "password": "correct horse"})
        self.assertEqual(nobody.post("login", {"user": "anna", "password": "battery"}).status, 401)
        answer = nobody.post("login", {"user": "anna", "password": "correct horse"})
        self.assertEqual(answer.json, {"name": "anna", "role": "operator", "zone": None, "zones": []})
        flags = answer.headers["Set-Cookie"].split("; ")
        self.assertTrue({"HttpOnly", "SameSite=Strict", "Path=/"} <= set(flags), flags)
        cookie = {"Cookie": flags[0]}
        self.assertEqual(nobody.ask("GET", "/api/v1/status", headers=cookie).json["user"]["name"], "anna")
        # A page of another site, or of another port of this host, does not ask in her name, though the browser sends the cookie.
        for site, status in (("same-origin", 200), ("none", 200), ("same-site", 401), ("cross-site", 401)):
            self.assertEqual(nobody.ask("GET", "/api/v1/status", headers={**cookie, "Sec-Fetch-Site": site}).status, status, site)
        # A cookie that somebody else chose is not what a login gives.
        chosen = {"Cookie": flags[0].split("=")[0] + "=chosen"}
        again = nobody.ask("POST", "/api/v1/login", {"user": "anna", "password": "correct horse"}, headers=chosen)
        self.assertNotIn("chosen", again.headers["Set-Cookie"])
        self.assertEqual(nobody.ask("GET", "/api/v1/status", headers=chosen).status, 401)
        # A form of another site cannot send JSON.
        self.assertEqual(nobody.ask("POST", "/api/v1/datasets", raw=b"name=x", headers={**cookie, "Content-Type": "application/x-www-form-urlencoded"}).status, 415)
        self.assertEqual(nobody.ask("POST", "/api/v1/password", {"old": "x", "new": "another one"}, headers=cookie).status, 403)
        self.assertEqual(nobody.ask("POST", "/api/v1/password", {"old": "correct horse", "new": "another one"}, headers=cookie).status, 204)
        self.assertEqual(nobody.ask("GET", "/api/v1/status", headers=cookie).status, 401, "a new password ends the sessions")
        answer = nobody.post("login", {"user": "anna", "password": "another one"})
        cookie = {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}
        self.assertEqual(nobody.ask("POST", "/api/v1/logout", {}, headers=cookie).status, 204)
        self.assertEqual(nobody.ask("GET", "/api/v1/status", headers=cookie).status, 401)

    def test_z_passwords_cannot_be_tried_for_ever(self):
        nobody = Client(self.daemon.url)
        for _ in range(14):  # the right ones as often as one likes
            self.assertEqual(nobody.post("login", {"token": self.daemon.token}).status, 200)
        codes = [nobody.post("login", {"user": "bob", "password": "wrong wrong"}).status for _ in range(14)]
        self.assertEqual(codes[-1], 429)
        self.assertIn(401, codes)


@needs_daemon
class Accounts(unittest.TestCase):
    """Accounts and tokens are made, changed, disabled and taken away. (An address may try ten passwords, so the daemon is their own.)"""

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon()
        cls.addClassCleanup(cls.daemon.stop)
        cls.operator = cls.daemon.operator

    def login(self, name, password):
        """A client with the session of an account."""
        who = Client(self.daemon.url)
        answer = who.post("login", {"user": name, "password": password})
        self.assertEqual(answer.status, 200, answer.body)
        return self.with_cookie(answer)

    def with_cookie(self, answer):
        who, cookie = Client(self.daemon.url), {"Cookie": answer.headers["Set-Cookie"].split(";")[0]}
        ask = who.ask
        who.ask = lambda method, path, body=None, headers=None, raw=None: ask(method, path, body, {**cookie, **(headers or {})}, raw)
        return who

    def test_an_account_is_disabled_and_enabled(self):
        make = {"role": "tenant", "zone": "web", "password": "correct horse"}
        self.assertEqual(self.operator.put("accounts/dora", make).status, 204)
        dora = self.login("dora", "correct horse")
        token = Client(self.daemon.url, dora.post("tokens", {"label": "script", "days": 1}).json["token"])
        self.assertEqual(token.get("status").json["user"], {"name": "dora", "role": "tenant", "zone": "web", "zones": ["web"]})
        of_dora = lambda: next(a for a in self.operator.get("accounts").json["accounts"] if a["name"] == "dora")
        self.assertEqual((of_dora()["disabled"], of_dora()["tokens"]), (False, 1))
        self.assertEqual(self.operator.put("accounts/dora", {"role": "tenant", "zone": "web", "disabled": True}).status, 204)
        self.assertEqual((dora.get("status").status, token.get("status").status), (401, 401))
        self.assertEqual(Client(self.daemon.url).post("login", {"user": "dora", "password": "correct horse"}).status, 401)
        self.assertEqual(self.operator.put("accounts/dora", {"role": "operator", "disabled": False}).status, 204)
        self.assertEqual(dora.get("status").status, 401, "the session is over")
        self.assertEqual(token.get("status").json["user"], {"name": "dora", "role": "operator", "zone": None, "zones": []}, "the token is what the account is now")
        self.assertEqual(self.operator.delete("accounts/dora").status, 204)
        self.assertEqual(token.get("status").status, 401)

    def test_nobody_locks_himself_out(self):
        self.operator.put("accounts/olga", {"role": "operator", "password": "correct horse"})
        olga = self.login("olga", "correct horse")
        for answer in (olga.delete("accounts/olga"), olga.put("accounts/olga", {"role": "operator", "disabled": True}),
                       olga.put("accounts/olga", {"role": "tenant", "zone": "web"})):
            self.assertEqual((answer.status, answer.json["error"]["code"]), (409, "oneself"))
        self.assertEqual(olga.put("accounts/nobody", {"role": "operator"}).status, 404, "a new account needs a password")
        changed = olga.post("password", {"old": "correct horse", "new": "battery staple"})
        self.assertEqual(changed.status, 204)
        self.assertEqual(olga.get("status").status, 401)
        self.assertEqual(self.with_cookie(changed).get("status").json["user"]["name"], "olga", "who changed it goes on")

    def test_a_stream_ends_with_what_opened_it(self):
        self.operator.put("accounts/sven", {"role": "operator", "password": "correct horse"})
        session = self.login("sven", "correct horse")
        tokens = [Client(self.daemon.url, session.post("tokens", {"label": str(i)}).json["token"]) for i in range(2)]
        streams = [Events(t) for t in tokens]
        for s in streams:
            s.wait("tick")
        first = next(t["id"] for t in self.operator.get("tokens", account="sven").json["tokens"] if t["label"] == "0")
        self.operator.delete(f"tokens/{first}")
        with self.assertRaises(AssertionError):
            streams[0].wait("never")
        streams[1].wait("tick")
        self.operator.put("accounts/sven", {"role": "operator", "disabled": True})
        with self.assertRaises(AssertionError):
            streams[1].wait("never")
        for s in streams:
            s.close()

    def test_a_stream_ends_when_its_session_does(self):
        self.operator.put("accounts/uwe", {"role": "operator", "password": "correct horse"})
        session = self.login("uwe", "correct horse")
        short, lasting = (Client(self.daemon.url, session.post("tokens", {"label": label, "days": 1}).json["token"]) for label in ("short", "lasting"))
        with contextlib.closing(sqlite3.connect(self.daemon.data / "analytics.db", timeout=10)) as db, db:
            self.assertEqual(db.execute("UPDATE token SET expires = ? WHERE account = 'uwe' AND label = 'short'", (int(time.time()) + 3,)).rowcount, 1)
        streams = [Events(short), Events(lasting)]
        for s in streams:
            s.wait("tick")
        with self.assertRaises(AssertionError):
            streams[0].wait("never")
        until(lambda: short.get("status").status == 401, "the token is void, too")
        self.assertEqual(lasting.get("status").status, 200)
        streams[1].wait("tick")
        for s in streams:
            s.close()

    def test_a_tenant_cannot_take_all_streams(self):
        tenant = self.daemon.tenant("many")
        streams = [Events(tenant) for _ in range(200)]
        self.assertEqual({s.status for s in streams}, {200})
        more = Events(tenant)
        self.assertEqual(more.status, 503)
        other = Events(self.operator)
        other.wait("tick")
        for s in (*streams, more, other):
            s.close()

    def test_tokens_of_others(self):
        tenant, _ = self.daemon.tenant("web"), self.daemon.tenant("db")
        self.assertEqual(tenant.post("tokens", {"label": "x", "account": "tenant-db"}).status, 403)
        self.assertEqual(self.operator.post("tokens", {"label": "x", "account": "nobody"}).status, 404)
        given = Client(self.daemon.url, self.operator.post("tokens", {"label": "given", "account": "tenant-db", "days": 1}).json["token"])
        self.assertEqual(given.get("status").json["user"]["name"], "tenant-db")
        mine = tenant.get("tokens").json["tokens"]
        self.assertEqual({t["account"] for t in mine}, {"tenant-web"})
        self.assertEqual([t["label"] for t in mine if t["this"]], ["test"])
        for account in ("*", "tenant-db"):
            self.assertEqual(tenant.get("tokens", account=account).status, 403)
        everybody = self.operator.get("tokens", account="*").json["tokens"]
        self.assertLessEqual({"tenant-web", "tenant-db", "local"}, {t["account"] for t in everybody})
        self.operator.put("accounts/emil", {"role": "tenant", "zone": "web", "password": "correct horse"})
        token = Client(self.daemon.url, self.login("emil", "correct horse").post("tokens", {"label": "lost"}).json["token"])
        lost, = [t for t in self.operator.get("tokens", account="emil").json["tokens"] if not t["session"]]
        self.assertEqual(tenant.delete(f"tokens/{lost['id']}").status, 404)
        self.assertEqual(self.operator.delete(f"tokens/{lost['id']}").status, 204)
        self.assertEqual(token.get("status").status, 401)


@needs_daemon
class Ends(unittest.TestCase):
    """Restarts, kill -9, wrong options."""

    def test_what_is_kept_is_there_after_kill_9(self):
        daemon = Daemon()
        self.addCleanup(daemon.stop)
        d = daemon.operator.dataset(UTILIZATION, saved=True)
        daemon.operator.post("worksheets", {"name": "kept", "charts": []})
        time.sleep(1.5)
        before = daemon.operator.get(f"datasets/{d['id']}").json["last"]
        token = daemon.token
        daemon.restart(signal.SIGKILL)
        self.assertEqual(token, daemon.token)
        self.assertEqual([s["name"] for s in daemon.operator.get("worksheets").json["worksheets"]], ["kept"])
        again = until(lambda: (x := daemon.operator.get(f"datasets/{d['id']}").json)["last"] > before and x, "it is collected again")
        values = daemon.operator.get(f"datasets/{d['id']}/values", start=before - 8, end=again["last"], step=1).json
        self.assertLessEqual(sum(k == 0 for k in values["known"]), 8 + 5, "less than five seconds are lost")
        self.assertEqual(daemon.restart(signal.SIGTERM), 0)

    def test_one_address_cannot_take_all_connections(self):
        daemon = Daemon("--clients", "40")
        self.addCleanup(daemon.stop)
        at = tuple(daemon.listen.split(":"))
        with contextlib.ExitStack() as all_of:
            for _ in range(60):
                all_of.enter_context(contextlib.closing(socket.create_connection(at, 10)))
            with socket.create_connection(at, 10, source_address=("127.0.0.2", 0)) as other:
                other.settimeout(10)
                other.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                self.assertTrue(other.recv(100).startswith(b"HTTP/1.1 200 "))

    def test_wrong_options_say_what_to_do(self):
        daemon = Daemon()
        self.addCleanup(daemon.stop)
        data = str(daemon.folder / "other")
        for options, said in ((["--listen", "nonsense"], "is not ADDRESS:PORT"), (["--listen", daemon.listen], "Address already in use"), (["--web", "/nonexistent"], "/nonexistent"),
                              (["--catalogue", "/nonexistent"], "/nonexistent"), (["--cert", "/nonexistent"], "/nonexistent"), (["--names", "example.org"], "is no address"), (["--data", "/proc/nonexistent"], "/proc/nonexistent")):
            got = subprocess.run([str(BUILD / "bin/analyticsd"), "--data", data, "--socket", "none", "--listen", "127.0.0.1:0", *options], capture_output=True, text=True, timeout=30)
            self.assertEqual((got.returncode, said in got.stderr), (1, True), (options, got.stderr))
        # Names of addresses: more in test_names.py.
        self.assertEqual(daemon.operator.get("names", address="127.0.0.1").status, 404)
        named = Daemon("--names", "127.0.0.1:9")
        self.addCleanup(named.stop)
        self.assertEqual(named.operator.get("names", address=["127.0.0.1", "no address"]).json, {"names": {"no address": None}})
        self.assertEqual(subprocess.run([str(BUILD / "bin/analyticsd"), "--odd"], capture_output=True, timeout=30).returncode, 2)


@unittest.skipUnless(DESCRIPTION, "python3-yaml is not installed")
class Whole(unittest.TestCase):
    """After all others: nothing is described that does not come."""

    def test_every_answer_that_is_described_came(self):
        if len(ANSWERED) < 30:
            self.skipTest("the other tests did not run")
        never = {(*key, status) for key, status in DESCRIPTION.statuses() if status not in ANSWERED[key]}
        self.assertEqual(never, set())

    def test_every_argument_is_described_and_every_description_is_read(self):
        read = {name for f in (SRC / "analytics/http").glob("*.c") for name in re.findall(r'url_(?:arg|int|double|list)\(&c->url,\s*"(\w+)"|url\.arg\[i\]\.name, "(\w+)"\)', f.read_text()) for name in name if name}
        self.assertEqual(read, DESCRIPTION.arguments())


if __name__ == "__main__":
    unittest.main()
