"""What the tests of the HTTP API and of the page share: a daemon of their own, on a port that is free, and a client."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

SRC = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("GLASSHOUSE_BUILD", SRC / "build"))
sys.path.insert(0, str(SRC / "test"))
ANALYTICSD, DTRACED = BUILD / "bin/analyticsd", BUILD / "bin/dtraced"

from waiting import PATIENCE_S, said, until  # noqa: E402


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body) if self.body else None


class Client:
    """Requests in the name of a token; nobody's without one."""

    def __init__(self, url, token=None):
        self.url, self.token = url.rstrip("/"), token

    def ask(self, method, path, body=None, headers=None, raw=None):
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method, headers={
            **({"Authorization": f"Bearer {self.token}"} if self.token else {}),
            **({"Content-Type": "application/json"} if data is not None else {}), **(headers or {})})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as r:
                return Answer(r.status, r.headers, r.read())
        except urllib.error.HTTPError as e:
            with e:
                return Answer(e.code, e.headers, e.read())

    def get(self, path, **arguments):
        return self.ask("GET", "/api/v1/" + path + ("?" + urllib.parse.urlencode(arguments, doseq=True) if arguments else ""))

    def post(self, path, body=None):
        return self.ask("POST", "/api/v1/" + path, {} if body is None else body)

    def put(self, path, body):
        return self.ask("PUT", "/api/v1/" + path, body)

    def patch(self, path, body):
        return self.ask("PATCH", "/api/v1/" + path, body)

    def delete(self, path):
        return self.ask("DELETE", "/api/v1/" + path)

    def dataset(self, name, **more):
        """A dataset that has a second of data."""
        made = self.post("datasets", {"name": name, **more})
        assert made.status == 200, made.body
        return until(lambda: (d := self.get(f"datasets/{made.json['id']}").json)["last"] and d, f"a second of {name}")


class Daemon:
    """analyticsd with data of its own; with tracing also dtraced."""

    def __init__(self, *options, tracing=False, listen="127.0.0.1:0", data=None):
        self.folder = Path(tempfile.mkdtemp(prefix="glasshouse-web-"))
        self.processes, self.options, self.listen = [], options, listen
        self.data = Path(data or self.folder / "data")
        self.socket = str(self.folder / "dtraced.sock") if tracing else "none"
        if tracing:
            self.start_one([str(DTRACED), "--foreground", "--socket", self.socket])
            until(lambda: os.path.exists(self.socket), "dtraced listens")
        self.start()

    def start_one(self, args, **more):
        with open(self.folder / "log", "a") as log:
            p = subprocess.Popen(args, stdin=subprocess.DEVNULL, stderr=log, start_new_session=True, **more)
        self.processes.append(p)
        return p

    def start(self):
        try:
            self.process = self.start_one([str(ANALYTICSD), "--data", str(self.data), "--listen", self.listen,
                                           "--socket", self.socket, *self.options],
                                          stdout=subprocess.PIPE, text=True)
            self.url = said(self.process, "listening on ").split("listening on ")[1].strip()
        except (AssertionError, OSError) as e:
            # Nothing of it outlives the test.
            log = (self.folder / "log").read_text()
            self.stop()
            raise AssertionError(f"{e}\n{log}") from None
        self.listen = "127.0.0.1:" + self.url.rstrip("/").rsplit(":", 1)[1]
        self.token = (self.data / "token").read_text().strip()
        self.operator = Client(self.url, self.token)

    def end(self, process, how=signal.SIGTERM):
        if process.poll() is None:
            process.send_signal(how)
        status = process.wait(PATIENCE_S)
        if process.stdout:
            process.stdout.close()
        self.processes.remove(process)
        return status

    def restart(self, how=signal.SIGTERM):
        status = self.end(self.process, how)
        self.start()
        return status

    def stop(self):
        for p in reversed(self.processes[:]):
            self.end(p)
        shutil.rmtree(self.folder)

    def tenant(self, *zones):
        """A client of a new tenant."""
        name = "-".join(("tenant", *zones))
        assert self.operator.put(f"accounts/{name}", {"role": "tenant", "zones": zones, "password": "long enough"}).status == 204
        who = Client(self.url)
        answer = who.post("login", {"user": name, "password": "long enough"})
        assert answer.status == 200, answer.body
        cookie = answer.headers["Set-Cookie"].split(";")[0]
        token = Client(self.url)
        made = token.ask("POST", "/api/v1/tokens", {"label": "test"}, headers={"Cookie": cookie})
        who.token = made.json["token"]
        return who


def needs_daemon(test):
    return unittest.skipUnless(ANALYTICSD.exists(), "analyticsd is not built here")(test)
