"""Alerts from the second that brings them to where they are sent: against a mail server with STARTTLS, snmptrapd, an HTTP
server, sockets of system logs, programs. The daemon's part is test/programs/alert-drive, which is given its seconds by hand."""
import contextlib
import http.server
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from pathlib import Path

from support import BUILD, SRC, until

try:
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import SMTP
except ImportError:
    Controller = None

DRIVE = BUILD / "test/programs/alert-drive"
PATIENCE_S = 30


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Drive:
    """A daemon's alerts on a database."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.process = None
        self.did = []

    def start(self, conf=None):
        settings = self.folder / "alert.conf"
        if conf is not None:
            settings.touch(mode=0o600)
            settings.write_text(conf)
        self.process = subprocess.Popen([DRIVE, self.folder / "meta.db", settings], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.answer()
        return self

    def answer(self):
        lines = []
        for line in self.process.stdout:
            line = line.rstrip("\n")
            if line == "ok":
                return lines
            if line.startswith("error: "):
                raise RuntimeError(line[7:])
            if line.startswith("did "):
                self.did.append(line[4:])
            else:
                lines.append(line)
        raise RuntimeError("it ended")

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.answer()

    def put(self, *actions, **fields):
        base = {"name": "n", "dataset": "d", "limit": 100, "minpost": 1, "minclear": 1, "repost": "off"}
        pairs = [f"{k}={v}" for k, v in {**base, **fields}.items()] + [f"action={a}" for a in actions]
        return int(self.say("put " + "\t".join(pairs))[0])

    def table(self, what):
        """Rows of `alerts` or `deliveries`, oldest first, as dictionaries."""
        rows = []
        for line in self.say(what):
            name, *fields = line.split("\t")
            if fields:
                rows.append({"id": name.split()[1], **dict(f.split("=", 1) for f in fields)})
        return rows[::-1]

    def settled(self):
        """Deliveries, when all have ended."""
        def ended():
            rows = self.table("deliveries")
            return rows if rows and all(r["state"] in ("done", "failed") for r in rows) else None
        return until(ended, lambda: f"deliveries end: {self.table('deliveries')}")

    def alerts(self, n):
        return until(lambda: len(a := self.table("alerts")) >= n and a, f"{n} alerts")

    def kill(self, number=signal.SIGKILL):
        if self.process:
            self.process.send_signal(number)
            self.close()

    def close(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait(PATIENCE_S)
            self.process.stdout.close()
            self.process = None


class AlertTest(unittest.TestCase):
    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.tmp = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="glasshouse-alert-")))
        os.chmod(self.tmp, 0o755)
        self.drive = Drive(self.tmp)
        self.stack.callback(self.drive.close)


# ---- counterparts ----

class Mailbox:
    """An SMTP server that keeps what it gets. refuse: answers by recipient. hang: says nothing after the connection."""

    def __init__(self, stack, folder=None, refuse=None):
        self.mails, self.refuse = [], refuse or {}
        tls = None
        if folder:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        box = self

        class Handler:
            async def handle_RCPT(self, server, session, envelope, address, options):
                answer = box.refuse.get(address)
                if answer:
                    return answer
                envelope.rcpt_tos.append(address)
                return "250 OK"

            async def handle_DATA(self, server, session, envelope):
                box.mails.append((envelope, session.ssl is not None))
                return "250 OK"

        def server():
            return SMTP(Handler(), tls_context=tls, require_starttls=bool(tls), hostname="localhost")

        class Server(Controller):
            def factory(self):
                return server()

        self.port = free_port()
        controller = Server(Handler(), hostname="127.0.0.1", port=self.port)
        controller.start()
        stack.callback(controller.stop)

    def parsed(self, i):
        return message_from_bytes(self.mails[i][0].content, policy=default)


def make_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", folder / "key.pem", "-out", folder / "cert.pem", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)


class HttpSink:
    """Keeps what is posted; answers with the statuses given, in order, then 200."""

    def __init__(self, stack, *statuses):
        self.posts, statuses = [], list(statuses)
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                sink.posts.append((dict(self.headers), json.loads(body)))
                self.send_response(statuses.pop(0) if statuses else 200)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_port}/hook"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stack.callback(server.server_close)
        stack.callback(server.shutdown)


class Datagrams:
    """A socket of a system log."""

    def __init__(self, stack, sock):
        self.sock = stack.enter_context(sock)
        self.sock.settimeout(PATIENCE_S)

    def next(self):
        return self.sock.recv(65536).decode()


# ---- posting, clearing, the log ----

class Log(AlertTest):
    def test_an_alert_from_post_to_clear(self):
        d = self.drive.start("")
        number = d.put(name="ops of everything", note="call Ann", minpost=2)
        for second, value in enumerate((50, 150, 180, 160, 90), 1000):
            d.say(f"second {second} d value {value}")
        one, = until(lambda: [a for a in d.table("alerts") if a["cleared"] != "0"], "cleared")
        self.assertEqual((one["posted"], one["cleared"], one["value"], one["worst"]), ("1002", "1004", "180", "180"))
        self.assertEqual(one["text"], "d: 180 ops/s, above 100 ops/s")
        self.assertEqual(d.say(f"status {number}")[0].split(" error")[0], "ok known=1 value=90 key= active=0")

    def test_every_key_by_itself(self):
        d = self.drive.start("")
        number = d.put(key="*")
        d.say("second 1000 d keys web=150 db=200 idle=1")
        self.assertEqual({a["key"] for a in d.alerts(2)}, {"web", "db"})
        d.say("second 1001 d keys web=150 idle=1")  # db is gone: nothing happens there
        done = until(lambda: [a for a in d.table("alerts") if a["cleared"] != "0"], "cleared")
        self.assertEqual([a["key"] for a in done], ["db"])
        self.assertIn("key=web active=1", d.say(f"status {number}")[0])
        d.say("second 1002 d keys idle=1 lost")  # perhaps web was there: it is not known
        d.say("second 1003 d keys web=160")
        self.assertEqual(len(d.table("alerts")), 2)

    def test_distributions(self):
        d = self.drive.start("")
        d.put(name="p", measure="percentile", percentile=90, limit="100ms")
        d.put(name="s", measure="share", share_above="100ms", limit="5%")
        d.say("second 1000 d dist 1000000=96 200000000=4")
        d.say("second 1001 d dist 1000000=88 200000000=12")
        by = {a["text"].split(",")[1].split()[0]: a for a in d.alerts(2)}
        self.assertEqual([a["posted"] for a in by.values()], ["1001", "1001"])
        self.assertEqual(by["share"]["value"], "12")
        self.assertTrue(2e8 <= float(by["percentile"]["value"]) <= 3e8, by)
        self.assertIn("percentile 90: 2", by["percentile"]["text"])
        d.say("second 1002 d")  # no data at all
        d.say("second 1003 d dist")  # nothing happened: neither good nor bad
        self.assertEqual([a["cleared"] for a in d.table("alerts")], ["0", "0"])

    def test_no_data(self):
        d = self.drive.start("")
        d.put(absent=3)
        for second in range(1000, 1004):
            d.say(f"second {second}")
        one, = d.alerts(1)
        self.assertEqual((one["absent"], one["posted"], one["text"]), ("1", "1002", "d: no data for 3 s"))

    def test_acknowledged_alerts_are_not_repeated(self):
        d = self.drive.start("")
        d.put(repost=2)
        d.say("second 1000 d value 101")
        d.alerts(1)
        d.say("second 1002 d value 101")
        until(lambda: d.table("alerts")[0]["reposts"] == "1", "repost")
        d.say("ack 1 ann seen to")
        for second in range(1004, 1010):
            d.say(f"second {second} d value 101")
        d.say("second 1010 d value 1")
        one, = until(lambda: [a for a in d.table("alerts") if a["cleared"] != "0"], "cleared")
        self.assertEqual((one["reposts"], one["by"]), ("1", "ann"))
        with self.assertRaisesRegex(RuntimeError, "no alert 99"):
            d.say("ack 99 ann x")

    def test_changes_close_quietly(self):
        d = self.drive.start("")
        number = d.put("syslog to=unix:/nonexistent on=clear")
        d.say("second 1000 d value 101")
        d.alerts(1)
        d.put(id=number, note="the condition is the same")
        d.say("second 1001 d value 101")
        self.assertEqual(len(d.table("alerts")), 1)
        d.put(id=number, limit=1000)
        until(lambda: d.table("alerts")[0]["quietly"] == "1", "closed")
        d.put(id=number)
        d.say("second 1002 d value 101")
        d.alerts(2)
        d.say(f"delete {number}")
        until(lambda: all(a["quietly"] == "1" for a in d.table("alerts")), "closed")
        self.assertEqual(d.table("deliveries"), [])
        with self.assertRaisesRegex(RuntimeError, "no threshold"):
            d.say(f"get {number}")

    def test_refused(self):
        d = self.drive.start("")
        d.put()
        for fields, why in ((dict(), "has the name"), (dict(name="m", dataset="none"), "no statistic"),
                            (dict(name="m", limit="x"), "limit"), (dict(id=77), "no threshold 77"),
                            (dict(name="m", action='mail to=a@b.c subject="{nmae}"'), "{nmae}")):
            with self.assertRaisesRegex(RuntimeError, re.escape(why)):
                d.put(**fields)
        self.assertIn("dataset: d", d.say("get 1"))


# ---- restarts ----

class Restart(AlertTest):
    def test_nothing_is_lost_nothing_repeated(self):
        sink = HttpSink(self.stack)
        d = self.drive.start("")
        d.put(f"webhook url={sink.url}")
        d.say("second 1000 d value 101")
        d.settled()
        for _ in range(5):
            d.kill()
            d.start()
            for second in range(2000, 2003):
                d.say(f"second {second} d value 200")
        d.say("second 2003 d value 1")
        until(lambda: d.table("alerts")[0]["cleared"] == "2003", "cleared")
        d.settled()
        self.assertEqual([p[1]["event"] for p in sink.posts], ["post", "clear"])
        self.assertEqual(len(d.table("alerts")), 1)

    def test_kill_at_any_moment(self):
        """Whatever a kill interrupts: every alert of the log is delivered, its tries have one id, its events an order."""
        sink = HttpSink(self.stack)
        d = self.drive.start("")
        d.put(f"webhook url={sink.url}")
        second = 1000
        for round_ in range(12):
            for i in range(round_ % 4 + 1):
                second += 1
                d.process.stdin.write(f"second {second} d value {101 if i % 2 == 0 else 1}\n")
            d.process.stdin.flush()
            time.sleep(round_ * 0.002)
            d.kill()
            d.start()
        d.say(f"second {second + 1} d value 1")
        until(lambda: all(a["cleared"] != "0" for a in d.table("alerts")), "all clear")
        rows = d.settled() if d.table("deliveries") else []
        self.assertTrue(rows)
        wanted = {(a["id"], event) for a in d.table("alerts") for event in ("1", "4")}
        self.assertEqual({(r["alert"], r["event"]) for r in rows}, wanted)
        self.assertEqual(len(rows), len(wanted))
        self.assertTrue(all(r["state"] == "done" for r in rows))
        ids = [p[0]["Idempotency-Key"] for p in sink.posts]
        self.assertEqual(len(set(ids)), len(rows))
        first = {}
        for headers, body in sink.posts:
            first.setdefault(headers["Idempotency-Key"], (body["alert"]["id"], body["event"]))
        for alert in {a for a, _ in first.values()}:
            self.assertEqual([e for a, e in first.values() if a == alert], ["post", "clear"])

    def test_a_program_is_not_run_twice(self):
        folder = self.tmp / "actions"
        folder.mkdir()
        marks = self.tmp / "marks"
        marks.touch()
        marks.chmod(0o666)
        program = folder / "slow"
        program.write_text(f"#!/bin/sh\necho ran >> {marks}\nexec sleep 60\n")
        program.chmod(0o755)
        d = self.drive.start(f"run.folder = {folder}\n")
        d.put("run program=slow timeout=1h")
        d.say("second 1000 d value 101")
        until(lambda: marks.read_text() == "ran\n", "the program runs")
        d.kill()
        d.start()
        row, = d.settled()
        self.assertEqual((row["state"], row["attempts"], marks.read_text()), ("failed", "1", "ran\n"))
        self.assertIn("not known how far", row["error"])

    def test_deliveries_wait_for_their_receiver(self):
        port = free_port()
        d = self.drive.start("")
        d.put(f"webhook url=http://127.0.0.1:{port}/")
        d.say("second 1000 d value 101")
        d.say("second 1001 d value 1")
        until(lambda: [r for r in d.table("deliveries") if int(r["attempts"]) >= 2], "tries")
        d.kill()
        d.start()
        posts = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["event"])
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.stack.callback(server.server_close)
        self.stack.callback(server.shutdown)
        d.settled()
        self.assertEqual(posts, ["post", "clear"])  # in order, though both were due


class FullDisk(AlertTest):
    @unittest.skipIf(os.geteuid() != 0, "needs root")
    def test_an_alert_waits_for_room(self):
        folder = self.tmp / "small"
        folder.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]).returncode:
            self.skipTest("no tmpfs can be mounted")
        self.stack.callback(subprocess.run, ["umount", "-l", folder], check=True)
        self.drive.folder = folder
        d = self.drive.start("")
        d.put("syslog to=unix:/nonexistent")
        filler = folder / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as f:
            while True:
                f.write(bytes(4096))
        d.say("second 1000 d value 150")
        time.sleep(0.5)
        d.say("second 1001 d value 160")
        self.assertEqual(d.table("alerts"), [])
        filler.unlink()
        one, = d.alerts(1)
        self.assertEqual((one["posted"], one["value"]), ("1000", "150"))
        until(lambda: d.table("deliveries"), "its delivery")


# ---- actions ----

@unittest.skipUnless(Controller, "needs python3-aiosmtpd")
@unittest.skipUnless(shutil.which("openssl"), "needs openssl")
class Mail(AlertTest):
    def test_with_starttls(self):
        make_certificate(self.tmp)
        box = Mailbox(self.stack, self.tmp)
        d = self.drive.start(f"smtp.server = smtp://localhost:{box.port}\nsmtp.tls = required\n"
                             f"smtp.ca = {self.tmp}/cert.pem\nsmtp.from = gh@example.org\n")
        d.put('mail to="a@example.org, b@example.org" on=post,clear', name="überlast", note="line", severity="critical")
        d.say("second 1000 d value 150")
        d.say("second 1001 d value 1")
        self.assertEqual({r["state"] for r in d.settled()}, {"done"})
        (envelope, tls), (later, _) = box.mails
        self.assertTrue(tls)
        self.assertEqual((envelope.mail_from, envelope.rcpt_tos), ("gh@example.org", ["a@example.org", "b@example.org"]))
        mail, clear = box.parsed(0), box.parsed(1)
        self.assertEqual(mail["Subject"], "[critical] überlast: posted")
        self.assertEqual(clear["Subject"], "[critical] überlast: cleared")
        self.assertNotEqual(mail["Message-ID"], clear["Message-ID"])
        body = mail.get_content()
        self.assertIn("d: 150 ops/s, above 100 ops/s", body)
        self.assertIn("limit      100 ops/s", body)
        self.assertIn("\nline\n", body.replace("\r", ""))

    def test_no_tls_no_mail(self):
        box = Mailbox(self.stack)
        d = self.drive.start(f"smtp.server = smtp://localhost:{box.port}\nsmtp.tls = required\n")
        d.put("mail to=a@example.org")
        d.say("second 1000 d value 150")
        row = until(lambda: [r for r in d.table("deliveries") if int(r["attempts"]) >= 2], "two tries")[0]
        self.assertEqual(box.mails, [])
        self.assertRegex(row["error"], "(?i)tls|ssl")

    def test_templates_and_hostile_keys(self):
        box = Mailbox(self.stack)
        d = self.drive.start(f"smtp.server = smtp://localhost:{box.port}\n")
        d.put('mail to=a@example.org subject="{key} {{x} {value}" body="{severity}\\\\n.\\\\n{name}"', key="*")
        d.say("second 1000 d keys evil\x01\rBcc:x@y.z=200")
        d.settled()
        mail = box.parsed(0)
        self.assertEqual(mail["Subject"], "evil??Bcc:x@y.z {x} 200 ops/s")
        self.assertIsNone(mail["Bcc"])
        self.assertEqual(mail.get_content().split(), ["major", ".", "n"])

    def test_refusals(self):
        box = Mailbox(self.stack, refuse={"gone@example.org": "550 no such user", "later@example.org": "450 try later"})
        d = self.drive.start(f"smtp.server = smtp://localhost:{box.port}\n")
        d.put("mail to=gone@example.org", "mail to=later@example.org", "mail to=<odd>@example.org", "mail to=ok@example.org")
        d.say("second 1000 d value 150")
        rows = until(lambda: (r := d.table("deliveries")) and int(r[1]["attempts"]) >= 2 and r, "tries")
        rows = {r["action"]: r for r in rows}
        self.assertEqual(rows["mail to=gone@example.org"]["state"], "failed")
        self.assertEqual(rows["mail to=gone@example.org"]["attempts"], "1")
        self.assertIn("not an address", rows["mail to=<odd>@example.org"]["error"])
        box.refuse.clear()
        until(lambda: all(r["state"] in ("done", "failed") for r in d.table("deliveries")), "all end")
        self.assertEqual(sorted(e.rcpt_tos[0] for e, _ in box.mails), ["later@example.org", "ok@example.org"])

    def test_a_server_that_hangs_disturbs_nothing_else(self):
        hanging = self.stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        sink = HttpSink(self.stack)
        d = self.drive.start(f"smtp.server = smtp://127.0.0.1:{hanging.getsockname()[1]}\n")
        for i in range(20):  # more than there are places for mail
            d.put("mail to=a@example.org", name=f"m{i}")
        d.put(f"webhook url={sink.url}", name="hook")
        d.say("second 1000 d value 150")
        until(lambda: sink.posts, "the webhook")
        d.say("second 1001 d value 150")
        self.assertEqual({r["state"] for r in d.table("deliveries") if r["action"].startswith("mail")}, {"trying", "waiting"})
        d.kill(signal.SIGTERM)


class MailWithoutEnd(AlertTest):
    def test_a_server_that_does_not_answer_good_bye(self):
        server = self.stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        quits = threading.Event()

        def serve():
            with contextlib.suppress(OSError):
                peer, _ = server.accept()
                self.stack.callback(peer.close)
                peer.sendall(b"220 here\r\n")
                lines, data = peer.makefile("rb"), False
                for line in lines:
                    if data:
                        data = line != b".\r\n"
                    elif line.startswith(b"QUIT"):
                        quits.set()
                        continue  # and not a word
                    elif line.startswith(b"DATA"):
                        data = True
                        peer.sendall(b"354 go on\r\n")
                        continue
                    if not data:
                        peer.sendall(b"250 well\r\n")

        threading.Thread(target=serve, daemon=True).start()
        sink = HttpSink(self.stack)
        d = self.drive.start(f"smtp.server = smtp://127.0.0.1:{server.getsockname()[1]}\n")
        d.put("mail to=a@example.org on=post", f"webhook url={sink.url} on=clear")
        d.say("second 1000 d value 150")
        self.assertTrue(quits.wait(PATIENCE_S))
        d.say("second 1001 d value 1")
        until(lambda: sink.posts, "the webhook")
        d.kill(signal.SIGTERM)


class Webhook(AlertTest):
    def test_body_and_headers(self):
        sink = HttpSink(self.stack)
        d = self.drive.start("webhook.token = s3cret\n")
        number = d.put(f"webhook url={sink.url}", name="n", note="why")
        d.say("second 1000 d value 150")
        d.settled()
        headers, body = sink.posts[0]
        self.assertEqual(headers["Authorization"], "Bearer s3cret")
        self.assertEqual(headers["Idempotency-Key"], body["id"])
        self.assertEqual((body["event"], body["time"], body["alert"]["value"], body["alert"]["limit"]), ("post", 1000, 150, 100))
        d.say(f"try {number}")
        until(lambda: len(sink.posts) == 2, "the test")
        self.assertEqual(sink.posts[1][1]["event"], "test")
        self.assertEqual(len(d.table("alerts")), 1)

    def test_answers(self):
        sink = HttpSink(self.stack, 500, 429, 200)
        never = HttpSink(self.stack, 404)
        d = self.drive.start("")
        d.put(f"webhook url={sink.url}", f"webhook url={never.url}")
        d.say("second 1000 d value 150")
        rows = {r["action"]: r for r in d.settled()}
        self.assertEqual([rows[f"webhook url={s.url}"]["state"] for s in (sink, never)], ["done", "failed"])
        self.assertEqual(len({p[0]["Idempotency-Key"] for p in sink.posts}), 1)
        self.assertEqual((len(sink.posts), len(never.posts)), (3, 1))


@unittest.skipUnless(shutil.which("snmptrapd"), "needs snmptrapd")
class Trap(AlertTest):
    def receiver(self, conf):
        port = free_port(socket.SOCK_DGRAM)
        (self.tmp / "snmptrapd.conf").write_text(conf)
        log = self.tmp / "traps.log"
        env = {**os.environ, "SNMP_PERSISTENT_DIR": str(self.tmp / "snmp"), "MIBS": "+GLASSHOUSE-MIB",
               "MIBDIRS": f"{SRC}/share/mibs:/usr/share/snmp/mibs:/usr/share/snmp/mibs/ietf", "SNMPCONFPATH": str(self.tmp)}
        trapd = subprocess.Popen(["snmptrapd", "-f", "-n", "-C", "-c", self.tmp / "snmptrapd.conf", "-On", "-Lf", log,
                                  "-F", "%N|%w|%W|%v\n", f"udp:127.0.0.1:{port}"], env=env, stderr=subprocess.DEVNULL)
        self.stack.callback(trapd.wait)
        self.stack.callback(trapd.terminate)
        until(lambda: log.exists() and "NET-SNMP version" in log.read_text(), "snmptrapd")
        return port, log

    def send(self, conf, action, settings):
        port, log = self.receiver(conf)
        d = self.drive.start(settings)
        d.put(action.format(to=f"127.0.0.1:{port}"), name="disk is slow", note="look")
        d.say("second 1000 d value 150")
        d.say("second 1001 d value 1")
        row = d.settled()[0]
        self.assertEqual(row["state"], "done", row)
        return until(lambda: (t := log.read_text()).count("4417.0.") >= 2 and t, "two traps")

    def check(self, text):
        self.assertIn(".1.3.6.1.4.1.8072.9999.9999.4417.0.1", text)  # posted
        self.assertIn(".1.3.6.1.4.1.8072.9999.9999.4417.0.3", text)  # cleared
        self.assertIn('.4417.1.2.0 = STRING: "disk is slow"', text)
        self.assertIn('.4417.1.6.0 = STRING: "150 ops/s"', text)

    COMMUNITY = "authCommunity log glass\n"
    SETTINGS2 = "snmp.community = glass\n"
    SETTINGS3 = ("snmp.user = gh\nsnmp.auth = SHA-256\nsnmp.auth_password = authsecret\nsnmp.priv = AES\n"
                 "snmp.priv_password = privsecret\nsnmp.engine = 80001f88051122334455667788\n")

    def test_trap_2c(self):
        self.check(self.send(self.COMMUNITY, "trap to={to}", self.SETTINGS2))

    def test_inform_2c(self):
        self.check(self.send(self.COMMUNITY, "trap to={to} inform=yes", self.SETTINGS2))

    def test_inform_3(self):
        conf = 'createUser gh SHA-256 "authsecret" AES "privsecret"\nauthUser log gh priv\n'
        self.check(self.send(conf, "trap to={to} version=3 inform=yes", self.SETTINGS3))

    def test_trap_3(self):
        conf = 'createUser -e 0x80001f88051122334455667788 gh SHA-256 "authsecret" AES "privsecret"\nauthUser log gh priv\n'
        self.check(self.send(conf, "trap to={to} version=3", self.SETTINGS3))

    def test_nobody_answers(self):
        d = self.drive.start(self.SETTINGS2)
        d.put(f"trap to=127.0.0.1:{free_port(socket.SOCK_DGRAM)} inform=yes")
        d.say("second 1000 d value 150")
        row = until(lambda: [r for r in d.table("deliveries") if r["error"]], "an error")[0]
        self.assertRegex(row["error"], "did not answer|could not be sent")

    # What GLASSHOUSE-MIB imports, as far as it does: Debian has not got the modules themselves.
    IMPORTED = {
        "SNMPv2-SMI": "enterprises OBJECT IDENTIFIER ::= { 1 3 6 1 4 1 }",
        "SNMPv2-CONF": "",
        "SNMP-FRAMEWORK-MIB": 'IMPORTS TEXTUAL-CONVENTION FROM SNMPv2-TC;\nSnmpAdminString ::= TEXTUAL-CONVENTION\n'
                              'STATUS current\nDESCRIPTION ""\nSYNTAX OCTET STRING (SIZE (0..255))',
        "SNMPv2-TC": ""}

    @unittest.skipUnless(shutil.which("snmptranslate"), "needs the package snmp")
    def test_the_mib_is_well_formed(self):
        for name, text in self.IMPORTED.items():
            (self.tmp / f"{name}.txt").write_text(f"{name} DEFINITIONS ::= BEGIN\n{text}\nEND\n")
        for name, number in (("Posted", 1), ("StillLasts", 2), ("Cleared", 3), ("Test", 4)):
            out = subprocess.run(["snmptranslate", "-Pew", "-M", f"{SRC}/share/mibs:{self.tmp}", "-m", "GLASSHOUSE-MIB", "-On",
                                  f"GLASSHOUSE-MIB::glasshouseAlert{name}"], capture_output=True, text=True)
            self.assertEqual(out.stdout.strip(), f".1.3.6.1.4.1.8072.9999.9999.4417.0.{number}", out.stderr)
            self.assertEqual(out.stderr, "")


class Syslog(AlertTest):
    def test_local_and_udp(self):
        local = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        local.bind(str(self.tmp / "log"))
        local = Datagrams(self.stack, local)
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        port = udp.getsockname()[1]
        udp = Datagrams(self.stack, udp)
        d = self.drive.start("")
        d.put(f"syslog to=unix:{self.tmp}/log facility=local3", f"syslog to=udp:127.0.0.1:{port}", severity="critical")
        d.say("second 1000 d value 150")
        self.assertRegex(local.next(), r"^<154>\w{3} [ \d]\d \d\d:\d\d:\d\d glasshouse\[\d+\]: alert 1 posted: n \(critical\): d: "
                                       r"150 ops/s, above 100 ops/s$")
        self.assertRegex(udp.next(), r"^<26>1 1970-01-01T00:16:40Z \S+ glasshouse \d+ alert - alert 1 posted: n")
        d.say("second 1001 d value 1")
        self.assertRegex(local.next(), r"^<157>.* alert 1 cleared: n")

    def test_nobody_listens(self):
        d = self.drive.start("")
        d.put(f"syslog to=unix:{self.tmp}/nobody")
        d.say("second 1000 d value 150")
        row = until(lambda: [r for r in d.table("deliveries") if r["error"]], "an error")[0]
        self.assertEqual(row["state"], "waiting")


class Run(AlertTest):
    def program(self, name, text, mode=0o755):
        folder = self.tmp / "actions"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text)
        (folder / name).chmod(mode)
        return f"run.folder = {folder}\nrun.user = nobody\n"

    def outcome(self, *actions, conf):
        d = self.drive.start(conf)
        d.put(*actions, name="n")
        d.say("second 1000 d value 150")
        return d.settled()

    def test_user_environment_output(self):
        conf = self.program("show", '#!/bin/sh\nid -un\nprintf "%s\\n" "$GLASSHOUSE_EVENT" "$GLASSHOUSE_VALUE" "$1" "$2" "$HOME$USER"\n'
                                    'ls /proc/self/fd | wc -w\nreadlink /proc/self/cwd\necho "$(cat /proc/self/status | '
                                    'grep NoNewPrivs | tr -dc 0-9)"; exit 3\n')
        d = self.drive.start(conf)
        d.put('run program=show arguments="\\"{name} x\\" {limit}"', name="n")
        d.say("second 1000 d value 150")
        d.settled()
        text = "\n".join(d.say("deliveries"))
        self.assertIn("\tstate=failed\tattempts=1\t", text)
        self.assertIn("\terror=it ended with status 3\t", text)
        user = "nobody" if os.geteuid() == 0 else __import__("pwd").getpwuid(os.geteuid()).pw_name
        lines = text.split("output=")[1].split("\n")
        self.assertEqual(lines[:8], [user, "post", "150 ops/s", "n x", "100 ops/s", "", "4", "/"])
        self.assertEqual(lines[8], "1")

    def test_over_time(self):
        conf = self.program("sleeps", "#!/bin/sh\nsleep 1000 &\nsleep 1000\n")
        row, = self.outcome("run program=sleeps timeout=1", conf=conf)
        self.assertIn("over time", row["error"])

    def test_endless_output(self):
        conf = self.program("talks", "#!/bin/sh\nexec yes\n")
        row, = self.outcome("run program=talks timeout=1", conf=conf)
        self.assertIn("over time", row["error"])

    def test_what_is_not_run(self):
        conf = self.program("loose", "#!/bin/sh\ntouch /tmp/never\n", 0o777)
        self.program("plain", "#!/bin/sh\n", 0o644)
        os.symlink("/bin/true", self.tmp / "actions/link")
        rows = self.outcome("run program=loose", "run program=plain", "run program=link", "run program=missing", conf=conf)
        self.assertEqual({r["state"] for r in rows}, {"failed"})
        self.assertFalse([r for r in rows if not r["error"]])


class Datasets(AlertTest):
    def test_the_costly_one_only_while_it_is_needed(self):
        d = self.drive.start("")
        d.put('resume dataset="io.ops[pid]"', 'suspend dataset="io.ops[pid]" on=clear', "disable dataset=none")
        d.say("second 1000 d value 150")
        d.say("second 1001 d value 1")
        rows = {r["action"]: r for r in d.settled()}
        self.assertEqual(d.did, ["resume io.ops[pid] -", "suspend io.ops[pid] -"])
        self.assertEqual(rows["disable dataset=none"]["error"], "there is no dataset none")


class Settings(AlertTest):
    def test_refused(self):
        for conf, why in (("smtp.tls = maybe\n", "line 1: smtp.tls"), ("# x\ncolour = red\n", "line 2"), ("x\n", "line 1")):
            with self.assertRaisesRegex(RuntimeError, why):
                self.drive.start(conf)
            self.drive.close()

    def test_secrets_are_not_for_everybody(self):
        conf = self.tmp / "alert.conf"
        conf.write_text("smtp.password = x\n")
        conf.chmod(0o644)
        with self.assertRaisesRegex(RuntimeError, "chmod 600"):
            self.drive.start()
        self.drive.close()


if __name__ == "__main__":
    unittest.main()
