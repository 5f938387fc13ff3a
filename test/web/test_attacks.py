"""What a hostile client sends: every argument of every question, requests that two servers would read in two ways; and what a tenant learns
from answers to what is not his."""
import re
import socket
import unittest
import urllib.parse

from openapi import Description
from support import SRC, Daemon, needs_daemon, until

try:
    DESCRIPTION = Description((SRC / "doc/openapi.yaml").read_text())
except ImportError:
    DESCRIPTION = None
NUMBERS = ("nan", "inf", "-inf", "-1", "-0", "1e308", "1e-320", "9" * 400, "-9223372036854775808", "18446744073709551616", "0x10", "1.5", " 1", "1\x00")
TEXTS = ("", "\u202e\u0000x", "'; DROP TABLE dataset; --", "../../../etc/passwd", "..\\..", "a" * 3000, "%s%n%x", "\U0001f4a5" * 500, "\x7f\x1b[2J", "[[[[", "a=" * 500, "*")
KEEPS = {("POST", "/api/v1/logout")}  # would end what asks
ANSWER_BYTES = 8 << 20


@needs_daemon
@unittest.skipUnless(DESCRIPTION, "python3-yaml is not installed")
class Attacks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon()
        cls.addClassCleanup(cls.daemon.stop)
        cls.operator, cls.tenant = cls.daemon.operator, cls.daemon.tenant("web")
        cls.dataset = cls.operator.dataset("cpu.utilization[cpu][utilization]")["id"]
        cls.threshold = cls.operator.post("thresholds", {"name": "t", "dataset": "cpu.utilization", "limit": 1}).json["id"]
        cls.sheet = cls.operator.post("worksheets", {"name": "s", "charts": []}).json["id"]
        cls.ids = {"dataset": cls.dataset, "threshold": cls.threshold, "worksheet": cls.sheet, "alert": 1, "stat": "cpu.utilization", "account": "tenant-web", "token": 1}

    def resident(self):
        return self.operator.get("status").json["memory"]["resident"]

    def held(self, answer, what):
        self.assertLess(answer.status, 500, (what, answer.body[:200]))
        self.assertLess(len(answer.body), ANSWER_BYTES, what)
        if answer.status >= 400:
            self.assertTrue(answer.json["error"]["message"], what)
            self.assertLess(len(answer.body), 4096, what)

    def questions(self):
        """(path, arguments) of every GET but the stream, at what there is."""
        for method, path, operation in DESCRIPTION.operations():
            if method != "GET" or path.endswith("/live"):
                continue
            node = DESCRIPTION.root["paths"][next(p for p in DESCRIPTION.root["paths"] if path.endswith(p))]
            named = [DESCRIPTION.resolve(p)["name"] for part in (node, operation) for p in part.get("parameters", []) if DESCRIPTION.resolve(p)["in"] == "query"]
            yield re.sub(r"\{(\w+)\}", lambda m: str(self.ids[m[1]]), path), named

    def test_every_argument_of_every_question(self):
        before = self.resident()
        asked = 0
        for path, named in self.questions():
            for argument in (*named, "nonsense"):
                for value in (*NUMBERS, *TEXTS):
                    self.held(self.operator.ask("GET", f"{path}?{urllib.parse.urlencode({argument: value})}"), (path, argument, value))
                    asked += 1
        self.assertGreater(asked, 500)
        self.assertLess(self.resident() - before, 64 << 20)

    def test_many_arguments_are_refused(self):
        before = self.resident()
        for path in (f"/api/v1/datasets/{self.dataset}/values", "/api/v1/live", "/api/v1/names"):
            for name in ("key", "dataset", "x"):
                target = f"{path}?" + "&".join(f"{name}=k{i}" for i in range(10000))
                out = self.raw(f"GET {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.daemon.token}\r\n\r\n".encode())
                self.assertTrue(out == b"" or re.match(rb"HTTP/1\.1 4\d\d ", out), (path, name, out[:100]))
        self.assertLess(self.resident() - before, 32 << 20)

    def test_names_that_are_no_paths(self):
        for method, path, _ in DESCRIPTION.operations():
            if "{" not in path or (method, path) in KEEPS:
                continue
            for value in ("..", "../../etc/passwd", "x" * 2000, "\u202e", "-1", "99999999999999999999", "NaN", "a\x00b", "1;2", "'"):
                at = re.sub(r"\{\w+\}", lambda m: urllib.parse.quote(value, safe=""), path)
                for who in (self.operator, self.tenant):
                    answer = who.ask(method, at, {} if method in ("POST", "PUT", "PATCH") else None)
                    self.held(answer, (method, at))
                    self.assertGreaterEqual(answer.status, 400 if "deliveries" not in path and method != "DELETE" else 200, (method, at))

    def test_what_there_is_and_what_there_is_not_look_the_same_to_others(self):
        """Datasets, thresholds and worksheets of the operator, beside numbers that nobody has: the same status, words and size."""
        for method, path, _ in DESCRIPTION.operations():
            kind = next((k for k in ("dataset", "threshold", "worksheet") if "{" + k + "}" in path), None)
            if not kind or path.endswith("/live"):
                continue
            body = {"name": "x", "charts": [], "dataset": "syscall.ops", "limit": 1} if method in ("POST", "PUT") else {"state": "suspended"} if method == "PATCH" else None
            texts = []
            for number in (self.ids[kind], 900000 + self.ids[kind]):
                answer = self.tenant.ask(method, path.replace("{" + kind + "}", str(number)), body)
                texts.append((answer.status, answer.body.decode().replace(str(number), "N")))
            self.assertEqual(*texts, (method, path))
            self.assertGreaterEqual(texts[0][0], 400, (method, path))
        self.assertEqual(self.operator.get(f"datasets/{self.dataset}").json["state"], "active")

    def raw(self, data):
        host, port = self.daemon.listen.split(":")
        out = b""
        with socket.create_connection((host, int(port)), 10) as s:
            try:
                s.sendall(data)
                s.shutdown(socket.SHUT_WR)
                while (part := s.recv(65536)):
                    out += part
            except OSError:
                pass  # it closed in the middle of what was sent
        return out

    def test_requests_that_could_be_read_in_two_ways(self):
        """A body that another reader would take for a request of its own is never answered as one."""
        inner = b"GET /api/v1/catalogue HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + self.daemon.token.encode() + b"\r\n\r\n"
        head = b"POST /api/v1/datasets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        for extra, body in ((b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n" + inner),
                            (b"Content-Length: %d\r\nContent-Length: 0\r\n" % len(inner), inner),
                            (b"Content-Length: 0\r\nContent-Length: %d\r\n" % len(inner), inner),
                            (b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n" + inner), (b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n" + inner),
                            (b"Content-Length: +5\r\n", b"{}   " + inner), (b"Content-Length: 0x5\r\n", b"{}   " + inner),
                            (b"Transfer-Encoding: chunked\r\n", b"ffffffffffffffff1\r\n" + inner), (b"Transfer-Encoding: chunked\r\n", b"-1\r\n" + inner),
                            (b"X: y\r\n Content-Length: 3\r\n", b"{} " + inner)):
            out = self.raw(head + extra + b"\r\n" + body)
            self.assertFalse(b'"statistics"' in out, extra)
            self.assertTrue(out == b"" or re.match(rb"HTTP/1\.1 4\d\d ", out), (extra, out[:100]))
        self.assertEqual(self.operator.get("status").status, 200)

    def test_floods_of_headers(self):
        before = self.resident()
        for flood in (b"".join(b"X-%d: y\r\n" % i for i in range(10000)), b"Cookie: " + b"a=b; " * 20000 + b"\r\n", b"Authorization: Bearer " + b"x" * 100000 + b"\r\n",
                      b"Cookie: session=\r\n" * 3000):
            out = self.raw(b"GET /api/v1/status HTTP/1.1\r\nHost: x\r\n" + flood + b"\r\n")
            self.assertTrue(out == b"" or re.match(rb"HTTP/1\.1 4\d\d ", out), out[:100])
        until(lambda: self.resident() - before < 32 << 20, "what they had is free again")

    def test_bodies_with_numbers_that_there_cannot_be(self):
        for body in (b'{"name":"x","dataset":"cpu.utilization","limit":NaN}', b'{"name":"x","dataset":"cpu.utilization","limit":1e400}', b'{"name":"x","dataset":"cpu.utilization","limit":"nan"}',
                     b'{"name":"x","dataset":"cpu.utilization","limit":1,"minpost":-5}', b'{"name":"x","dataset":"cpu.utilization","limit":1,"minpost":99999999999}',
                     b'{"name":"x","dataset":"cpu.utilization","limit":1,"of":"99999/1"}', b'{"name":"' + b"x" * 5000 + b'","dataset":"cpu.utilization","limit":1}',
                     b'{"name":"\\u202e","dataset":"cpu.utilization","limit":1,"timezone":"../../../etc/passwd"}'):
            answer = self.operator.ask("POST", "/api/v1/thresholds", raw=body)
            self.assertEqual(answer.status, 400, body[:100])
        for state in ({"retention": {"1": -5}}, {"retention": {"1": 1e300}}, {"retention": {"x": 1}}, {"compression": "zstd99"}, {"state": "\u0000"}, {"saved": "yes"}):
            self.assertEqual(self.operator.patch(f"datasets/{self.dataset}", state).status, 400, state)

    def test_everything_at_once_is_refused_or_bounded(self):
        before = self.resident()
        for path in ("values", "heatmap", "export", "keys", "usual"):
            for arguments in ({"start": 0, "end": 2 ** 40}, {"start": 0, "end": 2 ** 33, "step": 1}, {"start": 0, "end": 2 ** 33, "step": 1, "format": "csv"},
                              {"start": 1, "end": 2 ** 31, "top": 1024, "points": 20000}, {"start": -5, "end": -1}):
                self.held(self.operator.get(f"datasets/{self.dataset}/{path}", **arguments), (path, arguments))
        self.assertLess(self.resident() - before, 96 << 20)


if __name__ == "__main__":
    unittest.main()
