"""A dtraced of a test's own, and the runtime tests by one as a user that is not root."""
import contextlib
import re
import socket
import subprocess
import tempfile
import time
from pathlib import Path

NOBODY, GROUP = 65534, "nogroup"
ROW = f"allow who={NOBODY} probes=* actions=destructive"


def wait_for(what, seconds=10, why="it did not come"):
    """Polls until what() is true; its value."""
    end = time.monotonic() + seconds
    while not (value := what()):
        assert time.monotonic() < end, why
        time.sleep(0.02)
    return value


def line_with(text, stream):
    """Reads lines until one has the text in it; that line."""
    while text not in (line := stream.readline()):
        assert line, f"it ended without {text!r}"
    return line


def as_user(uid, gid=NOBODY):
    return ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]


class Dtraced:
    def __init__(self, build, policy=None, limits=(), socket_at=None):
        self.build, self.policy, self.limits, self.socket_at = build, policy, limits, socket_at

    def __enter__(self):
        self.stack = contextlib.ExitStack()
        self.dir = Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="glasshouse-broker-")))
        self.dir.chmod(0o777)
        self.socket = self.socket_at or self.dir / "socket"
        self.log = open(self.dir / "log", "w+")
        self.start()
        return self

    def start(self):
        args = [str(self.build / "bin/dtraced"), "--foreground", "--socket", str(self.socket), "--group", GROUP]
        if self.policy:
            (self.dir / "policy").write_text(self.policy + "\n")
            args += ["--policy", str(self.dir / "policy")]

        limits = ["prlimit", *(f"--{what}={value}:{value}" for what, value in self.limits)] if self.limits else []
        first = [*limits, "setpriv", "--pdeathsig=TERM"]  # it goes when we do, whatever we die of
        self.process = subprocess.Popen([*first, *args], stderr=self.log, stdin=subprocess.DEVNULL)

        def listens():
            assert self.process.poll() is None, "dtraced has ended: " + self.said()
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as s:
                s.connect(str(self.socket))
                s.settimeout(10)
                s.shutdown(socket.SHUT_WR)
                while s.recv(4096):
                    pass  # until it has taken notice that we have gone
                return True
        wait_for(listens)
        wait_for(lambda: not self.workers(), why="the connection that tried it is still served")

    def said(self):
        return (self.dir / "log").read_text()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(10)
        self.log.close()
        self.stack.close()

    def workers(self):
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(p) for p in path.read_text().split()]

    def dtrace(self, *args, uid=NOBODY, **more):
        """The finished process of a dtrace by this dtraced."""
        words = [*as_user(uid), str(self.build / "bin/dtrace"), f"-xbroker={self.socket}", *args]
        return subprocess.run(words, capture_output=True, text=True, timeout=60, **more)

    def feed(self, seconds, *texts, options=()):
        """A running client: test/programs/broker_feed.c."""
        words = [*as_user(NOBODY), str(self.build / "test/programs/broker_feed"), *options, str(self.socket), str(seconds),
                 *texts]
        return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


# ---- the runtime tests, by dtraced ----

EVERY = 12
# BEGIN fires in dtraced, not in the dtrace that asked: what is said of that process differs, and nothing else.
OF_OUR_PROCESS = re.compile(r"\$(e?[ug]id|p?pid|pgid|sid)\b|BEGIN[^}]*\b(p?pid|tid|cwd|curlwpsinfo|curpsinfo|uid|progenyof)\b")
NEEDS_ROOT = re.compile(r"@run|@needs: root|with-loop|in-netns|/dev/|zone|mount|raise|python|\bgid\b|\buid\b")


def runtime_programs(programs):
    """Those that make no difference between the users who run them."""
    texts = [(p, p.read_text(errors="replace")) for p in programs]
    return [p for p, t in texts if not NEEDS_ROOT.search(t) and not OF_OUR_PROCESS.search(t)][::EVERY]


@contextlib.contextmanager
def as_nobody(build, runner):
    """Has a Runtime of run.py run dtrace as NOBODY, by a dtraced that lives as long as this and the thread that calls it."""
    with Dtraced(build, ROW.replace("probes", "connections=50 probes")) as d:
        runner.dtrace = d.dir / "dtrace"
        runner.dtrace.write_text(f"#!/bin/sh\nexec {' '.join(as_user(NOBODY))} {build}/bin/dtrace -xbroker={d.socket} \"$@\"\n")
        runner.dtrace.chmod(0o755)
        yield
