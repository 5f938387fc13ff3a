"""The command glasshouse: run, stat, dataset, threshold, alert, account, token, support-bundle, against the real daemons."""
import contextlib
import functools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tarfile
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

import support
from running import PATIENCE_S, PROGRAM, Running, glasshouse
from support import BUILD, SRC, needs_root

until = functools.partial(support.until, seconds=PATIENCE_S)


def alive(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False


def folder_of_run(pid):
    args = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return Path(os.fsdecode(args[args.index(b"--socket") + 1])).parent


@needs_root
class Run(unittest.TestCase):
    def test_from_start_to_interrupt(self):
        with tempfile.TemporaryDirectory(prefix="glasshouse-run-") as tmp:
            os.chmod(tmp, 0o755)
            with Running(tmp) as r:
                url = re.search(r"http://127\.0\.0\.1:\d+/", r.output).group()
                self.assertRegex(r.output, r"#token=\S{20,}")
                self.assertEqual((r.data / "url").read_text().strip(), url)
                children = r.children()
                self.assertEqual(len(children), 2)
                users = {Path(f"/proc/{p}/comm").read_text().strip(): os.stat(f"/proc/{p}").st_uid for p in children}
                self.assertEqual(users["dtraced"], 0)
                self.assertNotEqual(users["analyticsd"], 0)
                folder = folder_of_run(children[0])
                self.assertTrue(folder.is_dir())
                # The folder is in use: nobody else takes it.
                self.assertIn("another glasshouse run", glasshouse(r.data, "run", status=1))
                self.assertIn("cpu.utilization", glasshouse(r.data, "stat"))
                start = time.monotonic()
                while time.monotonic() - start < 1:
                    pass
            self.assertEqual(r.process.returncode, 0)
            self.assertFalse([p for p in children if alive(p)])
            self.assertFalse(folder.exists())
            self.assertFalse((r.data / "url").exists())
            self.assertIn("analyticsd: listening", (r.data / "log/run.log").read_text())
            self.assertIn("nobody answers", glasshouse(r.data, "dataset", "list", status=1))

    def test_killed(self):
        with tempfile.TemporaryDirectory(prefix="glasshouse-run-") as tmp:
            os.chmod(tmp, 0o755)
            with Running(tmp) as r:
                children = r.children()
                folder = folder_of_run(children[0])
                r.process.kill()
            until(lambda: not [p for p in children if alive(p)], "the children end")
            subprocess.run(["rm", "-rf", folder], check=True)
            with Running(tmp) as r:  # what it left is no obstacle
                pass

    def test_a_child_that_dies_ends_all(self):
        with tempfile.TemporaryDirectory(prefix="glasshouse-run-") as tmp:
            os.chmod(tmp, 0o755)
            with Running(tmp) as r:
                children = r.children()
                os.kill(next(p for p in children if Path(f"/proc/{p}/comm").read_text() == "analyticsd\n"), signal.SIGKILL)
                r.process.wait(PATIENCE_S)
                self.assertIn("analyticsd was killed by signal 9", r.process.stderr.read())
            self.assertEqual(r.process.returncode, 1)
            self.assertFalse([p for p in children if alive(p)])

    def test_in_a_folder_that_others_cannot_enter(self):
        """Sources unpacked in /root: analyticsd, who is not root, gets copies."""
        with tempfile.TemporaryDirectory(prefix="glasshouse-run-") as tmp:
            os.chmod(tmp, 0o755)
            private = Path(tmp) / "private"
            (private / "build/cmd").mkdir(parents=True)
            private.chmod(0o700)
            for name in ("glasshouse", "dtraced", "analyticsd"):
                shutil.copy(BUILD / "cmd" / name, private / "build/cmd" / name)
            for name in ("dlib", "share/analytics"):
                shutil.copytree(SRC / name, private / name)
            with Running(tmp, program=private / "build/cmd/glasshouse") as r:
                self.assertRegex(glasshouse(r.data, "stat", "-c1", "cpu.utilization"), "%")

    def test_refused(self):
        with tempfile.TemporaryDirectory(prefix="glasshouse-run-") as tmp, \
                socket.create_server(("127.0.0.1", 0)) as taken:
            os.chmod(tmp, 0o755)
            mine = Path(tmp) / "mine"
            mine.mkdir()
            (mine / "file").touch()
            self.assertIn("belongs to root", glasshouse(mine, "run", status=1))
            port = taken.getsockname()[1]
            self.assertRegex(glasshouse(Path(tmp) / "d", "run", "--listen", f"127.0.0.1:{port}", status=1),
                             r"(?s)in use.*analyticsd ended with status 1")
            self.assertEqual(glasshouse(mine, "run", "--bogus", status=2).splitlines()[-1], "(`glasshouse help` says more)")


class Help(unittest.TestCase):
    def test_of_each_command(self):
        """What help tells of a command is what its manual entry has."""
        manual = (SRC / "man/glasshouse.8").read_text()
        words = set(re.findall(r"[a-z][a-z-]+", " ".join(re.findall(r"^\.It Cm (.*)", manual, re.M))))
        commands = re.findall(r"^  ([a-z][a-z-]*) +[a-z]", glasshouse("/nonexistent", "help"), re.M)
        self.assertIn("stat", commands)
        for command in commands:
            told = glasshouse("/nonexistent", "help", command)
            self.assertEqual(told, glasshouse("/nonexistent", command, "--help"))
            forms = re.findall(rf"glasshouse ({command}\b.*)", told.split("\n\n")[1])
            self.assertGreaterEqual(len(forms), 1, told)
            self.assertLessEqual(set(re.findall(r"(?<![A-Z])[a-z][a-z-]+", " ".join(forms))) - words, set())
        self.assertIn("no command 'nothing'", glasshouse("/nonexistent", "help", "nothing", status=2))


@needs_root
class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stack = contextlib.ExitStack()
        cls.addClassCleanup(cls.stack.close)
        cls.tmp = Path(cls.stack.enter_context(tempfile.TemporaryDirectory(prefix="glasshouse-commands-")))
        cls.tmp.chmod(0o755)
        cls.running = cls.stack.enter_context(Running(cls.tmp))

    def say(self, *words, **more):
        return glasshouse(self.running.data, *words, **more)

    def test_live(self):
        line, = self.say("--plain", "stat", "-c1", "cpu.utilization").splitlines()
        self.assertRegex(line, r"^\d\d:\d\d:\d\d +[\d.]+ %  #*$")
        keyed = self.say("stat", "-c", "2", "cpu.utilization[mode]").splitlines()
        self.assertEqual(len(keyed), 2)
        self.assertIn("user", keyed[0])
        event = json.loads(self.say("--json", "stat", "-c1", "cpu.utilization[mode]"))
        self.assertIn("user", event["values"])
        # What was made for looking is gone with it.
        self.assertNotIn("cpu.utilization[mode]", self.say("dataset"))

    def test_heat_map(self):
        axis, row = self.say("--plain", "stat", "-c1", "cpu.utilization[utilization]").splitlines()[-2:]
        self.assertIn("|", axis)
        self.assertRegex(row, r"^\d\d:\d\d:\d\d .*@")
        self.say("dataset", "create", "cpu.utilization[cpu][utilization]")
        until(lambda: int(re.search(r"(\d+) events", self.say("stat", "--last", "20s", "cpu.utilization[cpu][utilization]"))[1]),
              "a heat map of the past")
        self.say("dataset", "destroy", "cpu.utilization[cpu][utilization]")

    def test_datasets(self):
        name = "cpu.utilization[cpu]"
        self.say("dataset", "create", name)

        def state():
            return next(l.split()[1] for l in self.say("dataset").splitlines() if l.endswith(name))
        until(lambda: state() == "active", "active")
        self.say("dataset", "suspend", name)
        until(lambda: state() == "suspended", "suspended")
        self.say("dataset", "resume", name)
        until(lambda: state() == "active", "active")
        self.say("dataset", "save", name)
        self.assertTrue(json.loads(self.say("dataset", "show", name))["saved"])
        self.say("dataset", "destroy", name)
        self.assertNotIn(name, self.say("dataset"))
        self.assertIn("nonsense", self.say("dataset", "create", "nonsense", status=1))
        self.assertIn("no command", self.say("dataset", "paint", name, status=2))

    def test_threshold_to_alert(self):
        log = self.stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        path = self.tmp / "log.sock"
        log.bind(str(path))
        path.chmod(0o666)
        log.settimeout(PATIENCE_S)
        self.say("threshold", "add", "name=always", "dataset=cpu.utilization", "limit=-1", "minpost=1", "minclear=1",
                 f"action=syslog to=unix:{path}")
        self.assertIn("always (major): cpu.utilization", log.recv(4096).decode())
        self.assertRegex(self.say("threshold"), r"active +major")
        alert = next(l for l in self.say("alert", "list", "--lasting").splitlines() if "always" in l).split()[0]
        until(lambda: "done" in self.say("alert", "deliveries", alert), "delivered")
        self.say("alert", "acknowledge", alert, "seen")
        self.assertIn(" ack ", self.say("alert"))
        text = self.say("threshold", "show", "always")
        self.assertIn("limit: -1", text)
        self.say("threshold", "set", "always", "limit=1000")
        until(lambda: "always" not in self.say("alert", "list", "--lasting"), "closed by the change")
        self.say("threshold", "test", "always")
        self.assertIn("test", log.recv(4096).decode())
        copy = self.tmp / "copy"
        copy.write_text(text.replace("always", "copy"))
        self.say("threshold", "add", "-f", copy)
        self.assertIn("copy", self.say("threshold"))
        for name in ("always", "copy"):
            self.say("threshold", "delete", name)
        self.assertNotIn("always", self.say("threshold"))

    def test_threshold_refused(self):
        for words, why in ((("name=x",), "dataset"), (("name=x", "dataset=nonsense", "limit=1"), "nonsense"),
                           (("colour=red",), "no field 'colour'"), (("x",), "FIELD=VALUE")):
            self.assertIn(why, self.say("threshold", "add", *words, status=1))
        self.assertIn("no threshold 'x'", self.say("threshold", "show", "x", status=1))

    def test_an_alert_switches_a_dataset(self):
        """Seed of it all: the costly one only while it is needed."""
        costly = "cpu.utilization[mode]"
        self.say("dataset", "create", costly)
        self.say("dataset", "save", costly)
        self.say("dataset", "suspend", costly)

        def state():
            return next(l.split()[1] for l in self.say("dataset").splitlines() if l.endswith(costly))
        until(lambda: state() == "suspended", "suspended")
        self.say("threshold", "add", "name=switch", "dataset=cpu.utilization", "limit=-1", "minpost=1", "minclear=1",
                 f"action=resume dataset={costly}", f"action=suspend dataset={costly} on=clear")
        until(lambda: state() == "active", "resumed by the alert")
        self.say("threshold", "delete", "switch")
        self.say("dataset", "destroy", costly)

    def test_the_dataset_that_costs_too_much_is_suspended(self):
        costly = "cpu.utilization[mode]"
        for words in (("action=suspend dataset={key}",), ("key=*", "action=enable dataset={key}")):
            self.assertIn("dataset={key} is what a threshold on keys", self.say("threshold", "add", "name=x", "dataset=analytics.memory[dataset]", "limit=1", *words, status=1))
        self.say("dataset", "create", costly)
        self.say("threshold", "add", "name=costs", "dataset=analytics.memory[dataset]", f"key={costly}", "limit=1", "minpost=1", "action=suspend dataset={key}")

        def state():
            return next(l.split()[1] for l in self.say("dataset").splitlines() if l.endswith(costly))
        until(lambda: state() == "suspended", "suspended, by its own key")
        self.say("threshold", "delete", "costs")
        self.say("dataset", "destroy", costly)

    def test_an_alert_switches_a_worksheet(self):
        data = self.running.data
        name = "cpu.utilization[cpu]"
        body = json.dumps({"name": "sheet", "charts": [{"dataset": name}]}).encode()
        urllib.request.urlopen(urllib.request.Request(
            (data / "url").read_text().strip() + "api/v1/worksheets", data=body, headers={
                "Authorization": "Bearer " + (data / "token").read_text().strip(), "Content-Type": "application/json"})).close()
        self.say("dataset", "create", name)

        def state():
            return next(l.split()[1] for l in self.say("dataset").splitlines() if l.endswith(name))
        until(lambda: state() == "active", "active")
        self.say("threshold", "add", "name=sheets", "dataset=cpu.utilization", "limit=-1", "minpost=1",
                 "action=suspend worksheet=sheet", "action=suspend worksheet=nothing")
        until(lambda: state() == "suspended", "suspended with its worksheet")
        alert = next(l for l in self.say("alert").splitlines() if "sheets" in l).split()[0]
        self.assertIn("failed", until(lambda: "waiting" not in (t := self.say("alert", "deliveries", alert)) and
                                      "trying" not in t and t, "both ended"))
        self.say("threshold", "delete", "sheets")
        self.say("dataset", "destroy", name)

    def test_tokens(self):
        self.assertIn("wants a token", self.say("--token", "wrong", "dataset", status=1))
        token = (self.running.data / "token").read_text().strip()
        url = (self.running.data / "url").read_text().strip()
        self.assertIn("STATE", glasshouse(self.tmp / "nothing", "dataset", GLASSHOUSE_URL=url, GLASSHOUSE_TOKEN=token))

    def test_accounts(self):
        url = (self.running.data / "url").read_text().strip()
        who = functools.partial(glasshouse, self.tmp / "nothing", GLASSHOUSE_URL=url)
        row = lambda name: next((l for l in self.say("account").splitlines() if l.startswith(name + " ")), "").split()
        self.assertIn("8 to 256", self.say("account", "add", "anna", "web", stdin="short\n", status=1))
        self.assertIn("a password is wanted", self.say("account", "add", "anna", "web", status=1))
        self.say("account", "add", "anna", "web", "db", stdin="correct horse\n")
        self.say("account", "add", "otto", stdin="battery staple\n")
        self.assertEqual((row("anna")[1:3], row("anna")[-1], row("otto")[1], row("otto")[-1]), (["tenant", "enabled"], "db,web", "operator", "all"))
        # A token of hers is for a program: it sees what she does, and no more.
        token = self.say("token", "make", "backup", "--account", "anna", "--days", "3").strip()
        self.assertEqual(json.loads(who("--json", "dataset", "create", "syscall.ops[execname]", GLASSHOUSE_TOKEN=token))["name"], "syscall.ops[zone=db=web][execname]")
        self.assertIn("not this tenant's", who("dataset", "create", "syscall.ops[zone=mail]", GLASSHOUSE_TOKEN=token, status=1))
        self.assertIn("operators", who("account", GLASSHOUSE_TOKEN=token, status=1))
        self.assertIn("operators", who("token", "make", "x", "--account", "otto", GLASSHOUSE_TOKEN=token, status=1))
        # Disabled it lets nobody in; her password is as it was.
        self.say("account", "disable", "anna")
        self.assertEqual((row("anna")[2], row("anna")[-1]), ("disabled", "db,web"))
        self.assertIn("wants a token", who("dataset", GLASSHOUSE_TOKEN=token, status=1))
        self.say("account", "enable", "anna")
        self.say("account", "password", "anna", stdin="another horse\n")
        self.say("account", "zones", "anna", "mail")
        self.assertEqual((row("anna")[2], row("anna")[-1]), ("enabled", "mail"))
        self.say("account", "zones", "anna", "--operator")
        self.assertEqual(row("anna")[1], "operator")
        number = next(l.split()[0] for l in self.say("token", "list", "anna").splitlines() if "backup" in l)
        self.say("token", "revoke", number)
        self.assertNotIn("backup", self.say("token"))
        self.assertIn("wants a token", who("dataset", GLASSHOUSE_TOKEN=token, status=1))
        for name in ("anna", "otto"):
            self.say("account", "delete", name)
        self.assertEqual(row("anna"), [])
        for words, status, why in ((("account", "paint", "x"), 2, "no command"), (("account", "add"), 2, "name of an account"), (("account", "disable", "nobody"), 1, "no account nobody"),
                                   (("account", "delete", "nobody"), 1, "no account nobody"), (("account", "zones", "x"), 2, "--operator"), (("token", "make"), 2, "label"),
                                   (("token", "make", "x", "--days", "soon"), 2, "--days N"), (("token", "make", "x", "--account", "nobody"), 1, "no account nobody"),
                                   (("token", "revoke", "999999"), 1, "no token"), (("token", "paint"), 2, "no command"), (("account", "list", "x"), 2, "nothing follows")):
            self.assertIn(why, self.say(*words, status=status), words)
        self.say("dataset", "destroy", "syscall.ops[zone=db=web][execname]")


@needs_root
class Bundle(unittest.TestCase):
    def bundle(self, data, out):
        env = {**os.environ, "GLASSHOUSE_DATA": str(data), "SOME_PASSWORD": "of-the-environment"}
        got = subprocess.run([PROGRAM, "support-bundle", "-o", out], env=env, capture_output=True, text=True, timeout=PATIENCE_S)
        self.assertEqual(got.returncode, 0, got.stderr)
        self.assertRegex(got.stderr, r"\[ 1/10\] versions\n(.*\n)*\[10/10\]")
        self.assertEqual(got.stdout.strip(), str(out))
        self.assertEqual(os.stat(out).st_mode & 0o777, 0o600)
        with tarfile.open(out) as t:
            return {m.name.split("/", 1)[1]: t.extractfile(m).read() for m in t}

    def test_running_and_not_and_no_secrets(self):
        with tempfile.TemporaryDirectory(prefix="glasshouse-bundle-") as tmp:
            os.chmod(tmp, 0o755)
            tmp = Path(tmp)
            with Running(tmp) as r:
                glasshouse(r.data, "threshold", "add", "name=hooked", "dataset=cpu.utilization", "limit=-1", "minpost=1",
                           "action=webhook url=http://bob:sesame1@127.0.0.1:9/services/sesame2?token=sesame3")
                until(lambda: "hooked" in glasshouse(r.data, "alert"), "an alert")
                secrets = [(r.data / "token").read_text().strip().encode(), b"sesame1", b"sesame2", b"sesame3",
                           b"of-the-environment", b"in-the-log"]
                owner = os.stat(r.data)
                (r.data / "log/more.log").write_text("smtp.password = in-the-log\nweb1 https://h:8411 token=in-the-log ca=x\nurl https://u:in-the-log@h/in-the-log ok\n")
                os.chown(r.data / "log/more.log", owner.st_uid, owner.st_gid)
                up = self.bundle(r.data, tmp / "up.tar.gz")
            down = self.bundle(r.data, tmp / "down.tar.gz")
            for files in (up, down):
                for name, content in files.items():
                    for secret in secrets:
                        self.assertNotIn(secret, content, name)
                self.assertIn(b"hooked", files["database/thresholds.txt"])
                self.assertIn(b"url=http://127.0.0.1:9/(not shown)", files["database/thresholds.txt"])
                self.assertIn(b"hooked", files["database/alerts.txt"])
                self.assertIn(b"smtp.password = (not shown)", files["log/more.log"])
                self.assertIn(b"https://h/(not shown) ok", files["log/more.log"])
                for name in ("versions.txt", "features.txt", "system/meminfo", "log/run.log", "zones.txt", "MANIFEST"):
                    self.assertTrue(files[name], name)
            self.assertIn("recent/status.json", up)
            values = json.loads(up[next(n for n in up if n.startswith("recent/dataset-"))])
            self.assertTrue(values["series"])
            self.assertRegex(down["MANIFEST"].decode(), r"recent +missing: nobody answers")
            self.assertTrue([n for n in down if n.startswith("recent/journal")])
            # Never over what is there.
            glasshouse(r.data, "support-bundle", "-o", tmp / "up.tar.gz", status=1)


if __name__ == "__main__":
    unittest.main()
