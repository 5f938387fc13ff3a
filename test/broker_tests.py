"""Tests of dtraced: the protocol by a client that does not keep to it, policies, tenants, and what is left when somebody is killed.

Each test has a dtraced of its own at a socket in a folder of its own, and runs in a process of its own:
test/broker_tests.py BUILD NAME. NOBODY is the user that may; OTHER is one that may not. A test that goes wrong raises
AssertionError.
"""
import contextlib
import os
import random
import re
import select
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import kernel_objects
from broker import NOBODY, ROW, Dtraced, as_user, line_with, wait_for
from text_differs import differs

SRC = Path(__file__).resolve().parent.parent
OTHER = 12345
(HELLO, OPEN, SUSPEND, RESUME, CLOSE, PING, COMMAND, INTERRUPT, DONE) = range(1, 10)
(WELCOME, REFUSED, PONG, OPENED, FAILED, STATE, KEYS, FORGET, FRAME, SECOND, RECORD, NOTE, CLOSED, TEXT, SYSTEM,
 FILE, START, EXIT) = range(64, 82)
MAGIC, MAX_BODY = 0x47485452, 4 << 20


# ---- the protocol, by hand ----

def u(v):
    out = b""
    while v > 127:
        out += bytes([v & 127 | 128])
        v >>= 7
    return out + bytes([v])


def i(v):
    return u(((v << 1) ^ (v >> 63)) & (1 << 64) - 1)


def s(text):
    data = text.encode()
    return u(len(data)) + data + b"\0"


def message(kind, body=b"", session=0):
    return struct.pack("<IHHI", len(body), kind, 0, session) + body


def hello():
    return message(HELLO, u(MAGIC) + u(1) + u(1) + s("test"))


def open_(session, text, flags=0, keys=0, options=()):
    body = s("test") + s(text) + u(flags) + u(keys) + u(len(options))
    return message(OPEN, body + b"".join(s(n) + s(v) for n, v in options) + u(0), session)


class Client:
    """A connection that says what it is told to. As root, for whom the policy has a row."""
    def __init__(self, path, greet=True):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(str(path))
        self.data = b""
        if greet:
            self.send(hello())
            assert self.receive()[0] == WELCOME

    def send(self, data):
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(data)

    def receive(self):
        """(type, session, body), or None when the connection has ended."""
        while True:
            if len(self.data) >= 12:
                n, kind, _, session = struct.unpack("<IHHI", self.data[:12])
                if len(self.data) >= 12 + n:
                    body, self.data = self.data[12:12 + n], self.data[12 + n:]
                    return kind, session, body
            try:
                more = self.socket.recv(1 << 16)
            except ConnectionResetError:
                more = b""
            if not more:
                return None
            self.data += more

    def until(self, *kinds):
        while (m := self.receive()) and m[0] not in kinds:
            pass
        return m

    def close(self):
        self.socket.close()


BOTH = f"allow who=0\n{ROW}".replace("allow who=0", "allow who=0,%d probes=* actions=destructive" % NOBODY)


# ---- the specification ----

def items(text):
    """Splits at the commas that are in no parentheses."""
    depth, last, out = 0, 0, []
    for at, ch in enumerate(text + ","):
        depth += (ch == "(") - (ch == ")")
        if ch == "," and depth == 0:
            out.append(text[last:at].strip())
            last = at + 1
    return out


def fields_said(body):
    """The fields that a body of protocol.h has: "us n(s)" for u number, s text, n*(s word)."""
    out = ""
    for item in items(body):
        if not re.match(r"[uisb]\b|n\*\(", item):
            item = re.sub("^[a-z ]+: ", "", item)  # what comes before the first field
        if item.startswith("n*("):
            out += f"n({fields_said(item[3:item.rindex(')')])})"
        elif m := re.match(r"([uisb])\b", item):
            out += m[1]
    return out


def protocol(_):
    """The messages of protocol.h are those of the codec's tables, field by field."""
    header, code = (SRC / "broker/protocol.h").read_text(), (SRC / "broker/message.c").read_text()
    text = "\n".join(line[2:] for line in header.splitlines() if line.startswith(" *"))
    said = {m[1]: fields_said(re.sub(r"\s+", " ", m[2]))
            for m in re.finditer(r"^\t([A-Z]+)\s+(?:0|yes)\t(.*?)(?=^\t[A-Z]+\s+(?:0|yes)\t|^ ---)", text, re.M | re.S)}
    said["COMMAND"] = fields_said(re.sub(r"\s+", " ", text.split("---- COMMAND ----")[1].split("\n\n")[1]))
    tables = dict(re.findall(r"static const struct field (\w+)\[\] = \{(.*?)END\};", code, re.S))

    def fields_of(name):
        parts = re.findall(r"\b([UISB])\(|LIST\((?:[^,]*,){4}\s*(\w+)\)", tables[name])
        return "".join(letter.lower() if letter else f"n({fields_of(of)})" for letter, of in parts)
    coded = {name: fields_of(table) for name, table in re.findall(r"\[WIRE_(\w+)\] = \{\"\w+\", (\w+)\}", code)}
    wrong = {name: (said.get(name), fields) for name, fields in coded.items() if said.get(name) != fields}
    assert not wrong and said.keys() == coded.keys(), f"said and done: {wrong} {said.keys() ^ coded.keys()}"


# ---- who may ----

def others(build):
    """Neither by the socket's mode nor, where that lets them through, by the policy."""
    with Dtraced(build) as d:
        assert oct(d.socket.stat().st_mode)[-3:] == "660"
        p = d.dtrace("-n", "BEGIN { exit(0); }", uid=OTHER)
        assert p.returncode == 0, "the group of the socket: " + p.stderr  # OTHER's group is GROUP's here
        words = [*as_user(OTHER, OTHER), str(build / "bin/dtrace"), f"-xbroker={d.socket}", "-n", "BEGIN { exit(0); }"]
        p = subprocess.run(words, capture_output=True, text=True)
        assert p.returncode == 1 and "DTrace requires additional privileges" in p.stderr, p.stderr
        d.socket.chmod(0o666)
        p = subprocess.run(words, capture_output=True, text=True)
        assert p.returncode == 1 and "failed to initialize dtrace: DTrace requires additional privileges\n" in p.stderr
        assert not d.workers(), "a process for somebody who may not"


def forged(build):
    """Credentials that a peer sends along say nothing."""
    code = f"""
import socket, struct, sys
s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
try:
    s.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_CREDENTIALS, struct.pack("iii", 1, 0, 0))])
    print("sent")
except PermissionError:
    print("not permitted")
s.settimeout(10)
data = b""
while (more := s.recv(4096)): data += more
print(data[4] if data else "nothing")
"""
    with Dtraced(build, ROW) as d:
        d.socket.chmod(0o666)
        p = subprocess.run([*as_user(OTHER, OTHER), "python3", "-c", code, str(d.socket)], capture_output=True, text=True)
        assert p.stdout.split("\n")[:2] == ["not permitted", str(REFUSED)], p.stdout + p.stderr


def no_broker(build):
    p = subprocess.run([*as_user(NOBODY), str(build / "bin/dtrace"), "-xbroker=/nowhere/socket", "-n", "BEGIN"],
                       capture_output=True, text=True)
    assert p.returncode == 1 and "nowhere/socket" in p.stderr and p.stderr.count("\n") == 1, p.stderr


def policy_files(build):
    """What is wrong with a policy is said with its line; a wrong one does not replace a right one."""
    for text, what in (("allow zone=global", "must tell"), ("permit who=*", "begins with"), ("allow who=* rate=x", "rate"),
                       ("\n\nallow who=* colour=red", ":3:")):
        with tempfile.NamedTemporaryFile("w") as f:
            f.write(text)
            f.flush()
            p = subprocess.run([str(build / "bin/dtraced"), "--foreground", "--socket", f.name + ".s", "--policy", f.name],
                               capture_output=True, text=True, timeout=10)
            assert p.returncode == 1 and what in p.stderr, p.stderr
    with Dtraced(build, ROW) as d:
        (d.dir / "policy").write_text("nonsense\n")
        d.process.send_signal(signal.SIGHUP)
        wait_for(lambda: "begins with" in d.said())
        assert d.dtrace("-n", "BEGIN { exit(0); }").returncode == 0
        (d.dir / "policy").write_text("deny who=*\n")
        d.process.send_signal(signal.SIGHUP)
        wait_for(lambda: d.dtrace("-n", "BEGIN { exit(0); }").returncode == 1)


# ---- quotas and actions ----

def quotas(build):
    row = f"allow who={NOBODY} probes=syscall,dtrace,!syscall::write:* nprobes=3 memory=16m sessions=2 connections=2 rate=1k"
    with Dtraced(build, row) as d:
        ok = d.dtrace("-qn", "syscall::read:entry,syscall::open*:entry { exit(0); } BEGIN { exit(0); }", "-c", "true")
        assert re.search("quota exceeded: [0-9]+ probes, where dtraced permits 3", ok.stderr), ok.stderr
        with Dtraced(build, f"allow who={NOBODY} probes=* maps=2") as few:
            p = few.dtrace("-qn", "BEGIN { @[pid] = count(); x[pid] = 1; exit(0); }")
            assert re.search("quota exceeded: [0-9]+ maps, where dtraced permits 2", p.stderr), p.stderr
        p = d.dtrace("-qn", "BEGIN { exit(4); }")
        assert p.returncode == 4, p.stderr
        p = d.dtrace("-qn", "syscall::write:entry { exit(0); }")
        assert p.returncode == 1 and "does not match any probes" in p.stderr, p.stderr
        p = d.dtrace("-ln", "syscall::write:entry")
        assert p.returncode == 1 and "::write:" not in p.stdout.replace("syscall::write:entry", ""), p.stdout
        p = d.dtrace("-ln", "profile:::")
        assert p.returncode == 1, p.stdout
        number = subprocess.run([str(build / "bin/dtrace"), "-ln", "syscall::write:entry"], capture_output=True, text=True)
        number = number.stdout.split("\n")[1].split()[0]
        assert d.dtrace("-ei", number).returncode in (0, 1) and d.dtrace("-i", number).returncode == 1
        p = d.dtrace("-xaggsize=64m", "-qn", "syscall::read:entry { @[pid] = count(); } BEGIN { exit(0); }")
        assert "quota exceeded" in p.stderr and "bytes" in p.stderr, p.stderr
        out = d.feed(9, "syscall::read:entry { @ = count(); }", "syscall::lseek:entry { @ = count(); }")
        busy = subprocess.Popen(["python3", "-c", "import os\nf=os.open('/dev/zero',0)\nwhile 1: os.read(f,1)"])
        try:
            text = out.communicate(timeout=30)[0]
        finally:
            busy.kill()
            busy.wait()
        assert "quota exceeded: more firings a second" in text, text
        p = d.dtrace("-qn", 'syscall::read:entry { @ = count(); } END { printf("end"); }', "-c",
                     "python3 -c \"import os\nf=os.open('/dev/zero',0)\nfor i in range(30000000): os.read(f,1)\"")
        assert "quota exceeded: more firings a second" in p.stderr and "end" in p.stdout, p.stdout + p.stderr


def destructive(build):
    """Without the action in the row it does not help to say -w."""
    victim = subprocess.Popen(["sleep", "60"])
    try:
        with Dtraced(build, f"allow who={NOBODY} probes=*") as d:
            for program in ("BEGIN { system(\"touch %s/x\"); exit(0); }" % d.dir, "tick-1 { raise(9); exit(0); }",
                            "tick-1 { stop(); exit(0); }", "tick-1 { chill(1000); exit(0); }",
                            f"BEGIN {{ freopen(\"{d.dir}/x\"); exit(0); }}"):
                p = d.dtrace("-wqn", program)
                assert p.returncode == 1 and "not allowed by dtraced's policy" in p.stderr, program + p.stderr
                p = d.dtrace("-qn", "#pragma D option destructive\n" + program)
                assert p.returncode == 1, program + p.stdout
            assert not (d.dir / "x").exists() and victim.poll() is None
    finally:
        victim.kill()
        victim.wait()


def files(build):
    """Files, commands and the preprocessor are the client's; names of files that reach dtraced are refused."""
    with Dtraced(build, ROW) as d:
        p = d.dtrace("-wqn", 'BEGIN { system("id -u; touch %s/made"); freopen("%s/re"); printf("in file"); freopen(""); exit(0); }'
                     % (d.dir, d.dir))
        assert p.stdout == f"{NOBODY}\n\n" or p.stdout == f"{NOBODY}\n", repr(p.stdout) + p.stderr
        for name in ("made", "re"):
            assert (d.dir / name).stat().st_uid == NOBODY
        assert (d.dir / "re").read_text().startswith("in file")
        p = d.dtrace("-o", str(d.dir / "o"), "-qn", 'BEGIN { printf("out"); exit(0); }')
        assert (d.dir / "o").stat().st_uid == NOBODY and (d.dir / "o").read_text().startswith("out")
        (d.dir / "x.h").write_text("#define SEVEN 7\n")
        (d.dir / "lib").mkdir()
        (d.dir / "lib/x.d").write_text("inline int EIGHT = 8;\n")
        p = d.dtrace("-CI", str(d.dir), "-L", str(d.dir / "lib"), "-qs", "-",
                     input='#include <x.h>\nBEGIN { printf("%d %d", SEVEN, EIGHT); exit(0); }')
        assert p.stdout.startswith("7 8"), p.stdout + p.stderr
        p = d.dtrace("-qn", "BEGIN { exit(0); }", "-c", f"sh -c 'id -u > {d.dir}/id'")
        wait_for(lambda: (d.dir / "id").exists() or p.returncode == 0)
        p = d.dtrace("-qn", 'syscall::getppid:entry /pid == $target/ { @ = count(); } END { printa("%@d", @); }', "-c",
                     "python3 -c 'import os\nfor i in range(123): os.getppid()'")
        assert p.stdout.strip() == "123", p.stdout + p.stderr
        for name, value in (("cpppath", "/bin/sh"), ("incdir", "/etc"), ("libdir", "/etc"), ("syslibdir", "/etc"), ("cpp", "")):
            p = d.dtrace("-qn", f"#pragma D option {name}{'=' + value if value else ''}\nBEGIN {{ exit(0); }}")
            assert p.returncode == 1, name
        p = d.dtrace("-xsyslibdir=/etc", "-qn", "BEGIN { exit(0); }")
        assert p.returncode == 1 and "not for use through dtraced" in p.stderr, p.stderr
        p = d.dtrace("-xflame=" + str(d.dir / "f.svg"), "-qn", "profile-199 { @[stack()] = count(); } tick-300ms { exit(0); }")
        assert p.returncode == 0 and (d.dir / "f.svg").stat().st_uid == NOBODY, p.stderr
        assert "<svg" in (d.dir / "f.svg").read_text()


# ---- a zone ----

ACTIVITY = "import os, time\nwhile 1:\n os.getppid()\n time.sleep(0.001)"


def in_zone(d, programs, *options, build):
    """What each program says to root of a pid namespace of its own, which is a zone, while something goes on there:
    [(status, stdout, stderr)]."""
    script = [f"python3 -c '{ACTIVITY}' & busy=$!"]
    for k, program in enumerate(programs):
        words = [str(build / "bin/dtrace"), f"-xbroker={d.socket}", *options, "-wqn", program]
        script.append(f"timeout 20 {' '.join(map(shlex.quote, words))} >{d.dir}/out{k} 2>{d.dir}/err{k}; echo $?")
    p = subprocess.run(["unshare", "-pf", "--mount-proc", "sh", "-c", "\n".join(script + ["kill $busy"])],
                       capture_output=True, text=True, timeout=120)
    return [(int(status), (d.dir / f"out{k}").read_text(), (d.dir / f"err{k}").read_text())
            for k, status in enumerate(p.stdout.split())]


BYPASS = [  # none of these may compile, or none may show anything of others
    "syscall::getppid:entry / 1 || 1 / { @[zonename] = count(); }",
    "syscall::getppid:entry / 0 / { } syscall::getppid:entry { @[zonename] = count(); }",
    "inline string zonename = \"global\"; syscall::getppid:entry { @[zonename] = count(); }",
    "inline int zoneid = 0; syscall::getppid:entry { @[zonename] = count(); }",
    "string zonename; syscall::getppid:entry { @[zonename] = count(); }",
    "syscall::getppid:entry { zonename = \"x\"; @[zonename] = count(); }",
    "syscall::getppid:entry { self->zonename = \"x\"; this->zonename = \"y\"; @[zonename] = count(); }",
    "syscall::*:entry, syscall::getppid:return { @[zonename] = count(); }",
    "syscall:::entry { @[zonename] = count(); } tick-500ms { exit(0); }",
    "profile-997 { @[zonename] = count(); }",
    "sched:::on-cpu { @[zonename] = count(); }",
    "proc:::exec-success { @[zonename] = count(); }",
    "ERROR { @[zonename] = count(); } syscall::getppid:entry { trace(*(int *)0); }",
]
LEAKS = [  # must be refused
    "BEGIN { trace(curthread); }", "BEGIN { trace(curthread->pid); }", "BEGIN { trace(`jiffies); }",
    "BEGIN { trace(*(int *)arg0); }", "syscall::read:entry { this->p = (int *)arg1; trace(*this->p); }", "BEGIN { stack(); }",
    "BEGIN { trace(stringof((char *)0xffffffff81000000)); }", "BEGIN { tracemem((void *)0xffffffff81000000, 16); }",
    "BEGIN { @[stack()] = count(); }", "BEGIN { trace(curpsinfo->pr_psargs); }", "BEGIN { trace(caller); }",
    "BEGIN { print(*curthread); }", "BEGIN { trace(d_path(0)); }", "fbt:::entry { trace(1); }", "vminfo::: { trace(1); }",
    "BEGIN { trace(strlen((string)0xffffffff81000000)); }", "BEGIN { sym(0xffffffff81000000); }",
    "BEGIN { trace(((struct task_struct *)0)->pid); }", "syscall::read:entry { trace(args[1][0]); raise(9); }",
    "syscall::read:entry { trace(((char *)args[1])[0]); system(\"id\"); }",
    "BEGIN { x = 0xffffffff81000000; trace(stringof(x)); }", "BEGIN { this->c = (string)(0xffffffff81000000 + 1); trace(this->c); }",
    "BEGIN { self->p = (int *)0xffffffff81000000; trace(self->p[2]); }", "BEGIN { trace(((int *)0)[0x3fffffffe0400000]); }",
    "BEGIN { bcopy((void *)0xffffffff81000000, alloca(16), 16); }", "BEGIN { printf(\"%s\", (char *)0xffffffff81000000); }",
    "BEGIN { @[(string)0xffffffff81000000] = count(); }", "BEGIN { trace(json((string)0xffffffff81000000, \"a\")); }",
    "BEGIN { trace(*((int *)copyin(0, 4) + 99)); }", "BEGIN { trace(xlate <psinfo_t>(curthread).pr_pid); }",
    "BEGIN { trace(inet_ntoa((ipaddr_t *)0xffffffff81000000)); }", "sched:::on-cpu { trace(args[0]->pr_lwpid); }",
    "BEGIN { trace(*(uint64_t *)(&`init_task)); }", "BEGIN { @ = lquantize(*(int *)(uintptr_t)arg0, 0, 9); }", "proc:::exec { trace(stringof(args[0])); trace(`linux_banner); }",
]


def zone(build):
    """A tenant sees its own zone, whatever it writes."""
    rows = "allow who=* zone=pidns-* probes=dtrace,syscall,profile,sched,proc,pid*"
    outside = subprocess.Popen(["python3", "-c", ACTIVITY])
    try:
        with Dtraced(build, rows) as d:
            said = in_zone(d, BYPASS, "-c", "sleep 0.3", build=build)
            shown = 0
            for program, (_, out, err) in zip(BYPASS, said, strict=True):
                lines = [line.split()[0] for line in out.splitlines() if line.strip()]
                assert all(zone.startswith("pidns-") for zone in lines), program + out + err
                shown += bool(lines)
            assert shown >= 6, said
            for program, (status, out, err) in zip(LEAKS, in_zone(d, LEAKS, build=build), strict=True):
                assert status == 1 and err and not out, program + out + err
            (status, out, err), = in_zone(d, [f"pid{outside.pid}:::entry {{ trace(1); }}"], build=build)
            assert status == 1 and "match" in err, out + err
            (status, out, err), = in_zone(d, ["BEGIN { trace(1); }"], "-p", str(outside.pid), build=build)
            assert status == 1 and "No such process" in err, out + err
            # A user's own namespace, which he might give the name of another's, is no zone.
            p = subprocess.run([*as_user(NOBODY), "unshare", "-Urpf", str(build / "bin/dtrace"), f"-xbroker={d.socket}", "-n",
                                "BEGIN { exit(0); }"], capture_output=True, text=True)
            assert p.returncode == 1 and ("additional privileges" in p.stderr or "unshare" in p.stderr), p.stdout + p.stderr
            # From the global zone no row fits.
            p = d.dtrace("-qn", "BEGIN { exit(0); }")
            assert p.returncode == 1 and "additional privileges" in p.stderr
    finally:
        outside.kill()
        outside.wait()


def real_zone(build):
    """The tenant of a zone of ours, from within it."""
    name = f"brk{os.getpid()}"
    with tempfile.TemporaryDirectory(prefix="glasshouse-broker-") as tmp:
        def zones(command, *args, **more):
            return subprocess.run([str(build / "bin" / command), "-R", tmp, *args], capture_output=True, text=True, **more)
        p = zones("zonecfg", "-z", name, f'create; set zonepath=/zones/{name}; set bootargs="-i /bin/sleep 1000"')
        assert p.returncode == 0, p.stderr
        root = Path(tmp) / "zones" / name / "root"
        outside = subprocess.Popen(["python3", "-c", ACTIVITY])
        try:
            for step in (("install", "-t", "sparse"), ("boot",)):
                p = zones("zoneadm", "-z", name, *step)
                assert p.returncode == 0, p.stderr
            shutil.copy(build / "cmd/dtrace", root / "tmp/dtrace")
            with Dtraced(build, f"allow who=* zone={name} probes=dtrace,syscall", socket_at=root / "tmp/socket"):
                program = "/tmp/dtrace -xbroker=/tmp/socket -qn 'syscall:::entry { @[zonename] = count(); }' -c 'sleep 0.3'"
                p = zones("zlogin", name, program)
                assert p.returncode == 0 and [line.split()[0] for line in p.stdout.splitlines() if line.strip()] == [name], p
                p = zones("zlogin", name, "/tmp/dtrace -xbroker=/tmp/socket -qn 'BEGIN { trace(curthread); }'")
                assert p.returncode == 1 and "not for the tenant" in p.stderr, p
        finally:
            outside.kill()
            outside.wait()
            zones("zoneadm", "-z", name, "halt")
            zones("zoneadm", "-z", name, "uninstall", "-F")


# ---- what is not the protocol ----

def garbage(build):
    """Whatever somebody sends, others are served, second after second."""
    rng = random.Random(1)
    big = struct.pack("<IHHI", MAX_BODY + 1, OPEN, 0, 1)
    good = open_(1, "BEGIN { exit(0); }")
    bad = [b"", b"\0", b"GET / HTTP/1.0\r\n\r\n", big, hello() + big, struct.pack("<IHHI", 0, HELLO, 0, 0),
           hello() + hello(), hello() + message(99), hello() + message(WELCOME), hello() + message(OPEN, b"", 1),
           hello() + message(OPEN, b"\xff" * 100, 1), hello() + message(OPEN, u(1 << 63) + b"x", 1),
           hello() + open_(0, "BEGIN"), hello() + good[:-1], hello() + good + b"\0", hello() + message(PING, b"\x80" * 12),
           hello() + message(PING, u(5) + b"x"), hello() + struct.pack("<IHHI", 1, PING, 7, 0) + b"\1",
           message(HELLO, u(1) + u(1) + u(1) + s("x")), message(HELLO, u(MAGIC) + u(2) + u(9) + s("x")), good,
           hello() + message(OPEN, s("a") + s("b") + u(0) + u(0) + u(60000), 1),
           hello() + message(COMMAND, b"\0" * 11, 1), hello() + message(COMMAND, u(0) * 11 + s(""), 1)]
    for _ in range(100):
        mutant = bytearray(hello() + good)
        for _ in range(rng.randint(1, 6)):
            mutant[rng.randrange(len(mutant))] = rng.randrange(256)
        bad.append(bytes(mutant))
    with Dtraced(build, BOTH.replace("probes", "connections=200 probes")) as d:
        innocent = d.feed(4, "tick-100 { @ = count(); }")
        for data in bad:
            c = Client(d.socket, greet=False)
            c.send(data)
            c.socket.shutdown(socket.SHUT_WR)
            while c.receive():
                pass
            c.close()
        text = innocent.communicate(timeout=30)[0]
        seconds = [int(line.split()[2]) for line in text.splitlines() if " second " in line]
        assert len(seconds) == 4 and seconds == list(range(seconds[0], seconds[0] + 4)), text
        assert "skipped=0" in text and "error" not in text
        wait_for(lambda: not d.workers(), why="processes of dead connections stay")


def flood(build):
    """Requests without reading the answers end the connection before they fill the memory."""
    with Dtraced(build, BOTH) as d:
        c = Client(d.socket)
        c.socket.settimeout(5)
        piece, sent = message(PING, u(1)) * 5000, 0
        worker = d.workers()[0]
        try:
            while sent < 400 << 20:
                sent += c.socket.send(piece)
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            pass
        peak = 0
        with contextlib.suppress(OSError):
            peak = int(next(line for line in Path(f"/proc/{worker}/status").read_text().splitlines()
                            if line.startswith("VmHWM")).split()[1])
        assert sent < 400 << 20 and peak < 150 << 10, f"{sent} bytes were taken, {peak} KiB"
        c.close()
        assert d.dtrace("-qn", "BEGIN { exit(0); }").returncode == 0


def sessions(build):
    """A thousand sessions: as many as the row permits, the others are refused, all of them are told."""
    with Dtraced(build, BOTH.replace("probes", "sessions=40 probes")) as d:
        c = Client(d.socket)
        for k in range(1, 1001):
            c.send(open_(k, "syscall::getppid:entry { @ = count(); }"))
        got = {OPENED: 0, FAILED: 0}
        while sum(got.values()) < 1000:
            kind = c.until(OPENED, FAILED)[0]
            got[kind] += 1
        assert got == {OPENED: 40, FAILED: 960}, got
        held = len(kernel_objects.held_by(d.workers()[0]))
        assert held >= 40 * 3, held
        for k in range(1, 41):
            c.send(message(CLOSE, b"", k))
        for _ in range(40):
            assert c.until(CLOSED)
        c.send(open_(2000, "syscall::getppid:entry { @ = count(); }"))
        assert c.until(OPENED, FAILED)[0] == OPENED
        c.close()


def connections(build):
    """More than the row permits are refused; when descriptors run out it goes on as soon as there are some."""
    with Dtraced(build, f"allow who=0,{NOBODY} probes=* connections=3") as d:
        some = [Client(d.socket) for _ in range(3)]
        c = Client(d.socket, greet=False)
        assert c.receive()[0] == REFUSED and c.receive() is None
        p = d.dtrace("-qn", "BEGIN { exit(0); }")
        assert p.returncode == 0, "another user's connections are not counted: " + p.stderr
        for one in some:
            one.close()
        wait_for(lambda: not d.workers())
        Client(d.socket).close()
    with Dtraced(build, BOTH, [("nofile", 24)]) as d:
        silent = [Client(d.socket, greet=False) for _ in range(60)]
        time.sleep(0.3)
        for one in silent:
            one.close()
        wait_for(lambda: not d.workers())
        Client(d.socket).close()


# ---- what comes, and what stays ----

LSEEKS = "import os, sys, time\nf = os.open('/dev/zero', 0)\ntime.sleep(1.5)\nfor i in range({n}): os.lseek(f, 1000000 + i % 50, 0)\ntime.sleep(2)"


def totals(build):
    """The largest keys and "other" make up exactly what happened, counts and distributions alike."""
    n = 20000
    with Dtraced(build, ROW) as d:
        source = subprocess.Popen(["python3", "-c", LSEEKS.format(n=n)])
        try:
            program = (f"syscall::lseek:entry /pid == {source.pid} && arg1 >= 1000000/ {{ @n[arg1] = count(); @q[arg1] = quantize(arg1); "
                       f"@q_sum[arg1] = sum(arg1); @m = max(arg1); @a = avg(arg1); }}")
            out = d.feed(4, program, options=["-c", "-k", "8"])
            text = out.communicate(timeout=30)[0]
        finally:
            source.kill()
            source.wait()
    count = quantized = sums = average = other = 0
    biggest, aggs = 0, {"n": 0, "q": 0, "m": 0, "a": 0}
    for line in text.splitlines():
        if not line.startswith("  "):
            assert "skipped=0" in line or " second " not in line
            continue
        words = line.split()
        f = dict(w.split("=") for w in words[1:] if "=" in w)
        aggs[words[0]] += 1
        if words[0] == "n":
            count += int(f["value"])
            other += int(f["value"]) if f["key"] == "1" else 0
        elif words[0] == "q":
            quantized += sum(int(w.split(":")[1]) for w in words[5:])
            assert int(f["count"]) == sum(int(w.split(":")[1]) for w in words[5:])
            sums += int(f["sum"])
        elif words[0] == "m":
            biggest = max(biggest, int(f["value"]))
        else:
            average += int(f["sum"])
    want = sum(1000000 + k % 50 for k in range(n))
    assert (count, quantized, sums, biggest, average) == (n, n, want, 1000049, want), (count, quantized, sums, biggest, average, text)
    assert other > 0 and "others=84" in text, text


def aligned(build):
    """Seconds follow each other, and each is told right after it is over."""
    with Dtraced(build, ROW) as d:
        out = d.feed(4, "tick-100 { @ = count(); }")
        seen = []
        for line in out.stdout:
            if " second " in line:
                seen.append((int(line.split()[2]), time.time()))
        out.wait()
        assert [b[0] - a[0] for a, b in zip(seen, seen[1:])] == [1, 1, 1], seen
        assert all(second <= now for second, now in seen), seen  # it is named by its end


def records(build):
    with Dtraced(build, ROW) as d:
        out = d.feed(3, 'tick-10 { printf("%d %s", i++, "text"); } ERROR { trace(1); }', options=["-r"]).communicate(timeout=30)[0]
        lines = [line.split() for line in out.splitlines() if " record " in line]
        assert [int(w[3]) for w in lines] == list(range(len(lines))) and len(lines) > 10, out
        assert all(w[2] == "profile:::tick-10" and w[4] == "text" for w in lines), out


def slow(build):
    """A client that does not read for a while misses whole seconds, which are counted; its neighbour none."""
    long = "x" * 230
    keys = "".join(f'@a{k}[i, "{long}"] = count();' for k in range(30))
    with Dtraced(build, ROW) as d:
        beside = d.feed(9, "tick-100 { @ = count(); }")
        sleeper = d.feed(6, f"tick-1000 {{ i++; {keys} }}", options=["-s", "5000", "-xaggsize=64m"])
        text, told = beside.communicate(timeout=30)[0], sleeper.communicate(timeout=60)[0]
        seconds = [int(line.split()[2]) for line in text.splitlines() if " second " in line]
        assert seconds == list(range(seconds[0], seconds[0] + 9)) and "skipped=0" in text, text
        lines = [line.split() for line in told.splitlines() if " second " in line]
        skipped = [int(w[5].split("=")[1]) for w in lines]
        seconds = [int(w[2]) for w in lines]
        assert sum(skipped) > 0, lines
        assert seconds[-1] - seconds[0] + 1 == len(seconds) + sum(skipped), lines
        assert all(b - a == n + 1 for a, b, n in zip(seconds, seconds[1:], skipped[1:])), lines


def stopped(build):
    """A dtrace that stands still keeps nobody waiting; what the kernel found no room for is told when it goes on."""
    with Dtraced(build, ROW) as d:
        p = subprocess.Popen([*as_user(NOBODY), str(build / "bin/dtrace"), f"-xbroker={d.socket}", "-xbufsize=256k", "-xswitchrate=100ms",
                              "-qn", 'BEGIN { printf("on\\n"); } profile-4999 { printf("%200d\\n", i++); }'],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert p.stdout.readline() == "on\n"
        p.send_signal(signal.SIGSTOP)
        text = d.feed(5, "tick-100 { @ = count(); }").communicate(timeout=30)[0]
        assert "lost=0 skipped=0" in text and text.count(" second ") == 5, text
        p.send_signal(signal.SIGCONT)
        lines = []
        reader = threading.Thread(target=lambda: lines.extend(p.stdout))
        reader.start()
        told, _, _ = select.select([p.stderr], [], [], 60)
        doing = {pid: Path(f"/proc/{pid}/stack").read_text() for pid in (p.pid, *d.workers())}
        err = p.stderr.readline() if told else f"nothing told after {len(lines)} lines: {doing}"
        p.send_signal(signal.SIGINT)
        reader.join(30)
        assert " drops on CPU " in err, err
        assert p.wait(30) == 0


def programs_of(d):
    return {o for w in d.workers() for o in kernel_objects.held_by(w)}


def killed(build):
    """kill -9 of a client, of the process that serves it, of dtraced: nothing stays in the kernel."""
    program = "syscall::getppid:entry { @[pid] = count(); }"
    with Dtraced(build, ROW) as d:
        a, b = d.feed(600, program), d.feed(600, program)
        for one in (a, b):
            line_with("opened", one.stdout)
        held = programs_of(d)
        assert len(held) >= 6, held
        a.kill()
        a.wait()
        wait_for(lambda: len(d.workers()) == 1)
        left = programs_of(d)
        gone = held - left
        assert gone and not kernel_objects.wait_until_gone(lambda: gone & kernel_objects.all_objects(), 10)
        c = subprocess.Popen([*as_user(NOBODY), str(build / "bin/dtrace"), f"-xbroker={d.socket}", "-n", program],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line_with("matched", c.stderr)
        served = wait_for(lambda: [w for w in d.workers() if len(kernel_objects.held_by(w)) and
                                   not kernel_objects.held_by(w) & left])
        os.kill(served[0], signal.SIGKILL)
        _, err = c.communicate(timeout=20)
        assert c.returncode == 1 and "dtraced has gone" in err, err
        line_with(" second ", b.stdout)  # the other is served as before
        held = programs_of(d)
        d.process.kill()
        d.process.wait()
        text = b.communicate(timeout=20)[0]
        assert "error" in text, text
        assert not kernel_objects.wait_until_gone(lambda: held & kernel_objects.all_objects(), 10)
        d.start()  # the socket that was left is in nobody's way
        assert d.dtrace("-qn", "BEGIN { exit(0); }").returncode == 0


def ended(build):
    """dtraced that is told to end takes its breakpoints out of the processes that they are in."""
    with Dtraced(build, ROW) as d, contextlib.ExitStack() as after:
        target = subprocess.Popen([*as_user(NOBODY), str(build / "test/programs/calls"), "60", "60"], stdout=subprocess.DEVNULL)
        after.callback(target.wait)
        after.callback(target.kill)
        wait_for(lambda: Path(f"/proc/{target.pid}/comm").read_text() == "calls\n")
        feed = d.feed(600, f"pid{target.pid}:a.out:add:entry {{ @ = count(); }}")
        line_with("opened", feed.stdout)
        wait_for(lambda: differs(target.pid))
        d.process.terminate()
        assert d.process.wait(20) == 0
        assert differs(target.pid) == 0
        feed.communicate(timeout=20)


def interrupted(build):
    """Ctrl-C ends as with root: END, aggregations, status 0."""
    with Dtraced(build, ROW) as d:
        p = subprocess.Popen([*as_user(NOBODY), str(build / "bin/dtrace"), f"-xbroker={d.socket}", "-qn",
                              'BEGIN { printf("on\\n"); } tick-100 { @ = count(); } END { printf("end\\n"); printa("%@d\\n", @); }'],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert p.stdout.readline() == "on\n"
        time.sleep(0.3)
        p.send_signal(signal.SIGINT)
        out, err = p.communicate(timeout=20)
        assert p.returncode == 0 and out.lstrip().startswith("end\n") and int(out.split()[1]) > 5, out + err


CAPABILITIES = "bpf perfmon sys_admin sys_ptrace dac_read_search syslog kill sys_nice sys_resource ipc_lock"


def confined(build):
    """A worker has given up what it does not need, whoever started dtraced, and starts no program for anybody."""
    with Dtraced(build, BOTH) as d:
        c = Client(d.socket)
        c.send(open_(1, "syscall::getppid:entry { @[zonename] = count(); }"))
        assert c.until(OPENED, FAILED)[0] == OPENED
        worker = Path(f"/proc/{d.process.pid}/task/{d.process.pid}/children").read_text().split()[0]
        status = dict(line.split(":\t", 1) for line in Path(f"/proc/{worker}/status").read_text().splitlines() if ":\t" in line)
        assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2"), status
        numbers = {"dac_read_search": 2, "kill": 5, "ipc_lock": 14, "sys_ptrace": 19, "sys_admin": 21, "sys_nice": 23, "sys_resource": 24,
                   "syslog": 34, "perfmon": 38, "bpf": 39}
        assert sorted(numbers) == sorted(CAPABILITIES.split())
        for kind in ("CapEff", "CapPrm"):
            assert int(status[kind], 16) & ~sum(1 << n for n in numbers.values()) == 0, status
        # The preprocessor would be a program.
        c.send(open_(2, "BEGIN { exit(0); }", options=[("cpp", "")]))
        kind, _, body = c.until(OPENED, FAILED)
        assert kind == FAILED, body
        c.close()


def unit_file(build):
    """With a socket that is passed to it and no more capabilities than its unit leaves it, all of this works."""
    unit = (build / "lib/dtraced.service").read_text()
    said = next(line for line in unit.splitlines() if line.startswith("CapabilityBoundingSet="))
    assert said.split("=")[1].replace("CAP_", "").lower() == CAPABILITIES, said
    with Dtraced(build, ROW) as d:
        d.process.terminate()
        d.process.wait()
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(d.socket))
            d.socket.chmod(0o666)
            listening.listen()  # as who passes it does: nobody is refused while dtraced starts
            bounds = ",".join(["-all"] + ["+" + c for c in CAPABILITIES.split()])
            script = f"exec 3<&{listening.fileno()}; LISTEN_PID=$$ LISTEN_FDS=1 exec {build}/bin/dtraced -f --policy {d.dir}/policy"
            d.process = subprocess.Popen(["setpriv", f"--bounding-set={bounds}", "--inh-caps=-all", "--no-new-privs", "sh", "-c", script],
                                         stderr=d.log, pass_fds=[listening.fileno()])
        p = d.dtrace("-qn", 'syscall::getppid:entry /pid == $target/ { @[ustack(1)] = count(); @c = count(); } END { printa("%@d\\n", @c); }',
                     "-c", "python3 -c 'import os\nfor i in range(12): os.getppid()'")
        assert p.stdout.startswith("12\n") and "getppid" in p.stdout, p.stdout + p.stderr
        p = d.dtrace("-qn", "pid$target:calls::entry { @[probefunc] = count(); } sched:::on-cpu { @k[stack(2)] = count(); }", "-c",
                     str(build / "test/programs/calls"))
        assert p.returncode == 0 and "main" in p.stdout and "vmlinux`" in p.stdout, p.stdout[-500:] + p.stderr
        text = d.feed(3, "syscall:::entry { @[zonename] = count(); }", options=["-c"]).communicate(timeout=30)[0]
        last = [line for line in text.splitlines() if " second " in line][-1]
        assert "flags=0" in last and "runs=0" not in last, text
        assert d.socket.exists()


def many_keys(build):
    """More keys than the kernel's tables have room for, for as long as one likes: nothing is lost of them."""
    with Dtraced(build, ROW) as d:
        text = d.feed(11, "tick-1000 { @[i++] = count(); }").communicate(timeout=60)[0]
    told = sum(int(line.split("value=")[1].split()[0]) for line in text.splitlines() if line.startswith("  "))
    seconds = [line.split() for line in text.splitlines() if " second " in line]
    assert all(w[4] == "lost=0" for w in seconds), text[-3000:]
    assert sum(int(w[3].split("=")[1]) & 1 for w in seconds) == 1, "only the first second is not whole: " + str(seconds)
    assert told > 8192, told


def together(build):
    """Several at once, each its own."""
    with Dtraced(build, ROW) as d:
        many = [subprocess.Popen([*as_user(NOBODY), str(build / "bin/dtrace"), f"-xbroker={d.socket}", "-qn",
                                  f'BEGIN {{ x = {k}; }} tick-20 {{ x += 1000; }} tick-400ms {{ printf("%d", x % 1000); exit({k}); }}'],
                                 stdout=subprocess.PIPE, text=True) for k in range(8)]
        for k, p in enumerate(many):
            out = p.communicate(timeout=30)[0]
            assert (p.returncode, out.strip()) == (k, str(k)), (k, p.returncode, out)


ALL = (protocol, others, forged, no_broker, policy_files, quotas, destructive, files, zone, real_zone, garbage, flood, sessions, connections, totals,
       aligned, records, slow, stopped, killed, ended, interrupted, confined, unit_file, many_keys, together)


if __name__ == "__main__":
    next(test for test in ALL if test.__name__ == sys.argv[2])(Path(sys.argv[1]))
