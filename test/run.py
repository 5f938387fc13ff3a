#!/usr/bin/env python3
"""Runs the tests and says what came of them.

usage: test/run.py [--build DIR] [--jobs N] [--update] [PATTERN...]

Tests have names like runtime/agg/count or unit/types; a PATTERN selects those whose name it matches
(shell wildcards; a name that is a prefix up to a slash selects everything below it). Without one,
all run. The last line is "N passed, N failed, N skipped"; the status is 1 when any failed.

Suites, in the order in which they run:
  style     the sources are as clang-format would write them; includes as doc/architecture.md permits
  unit      the cmocka programs; every test inside counts
  golden    D programs of test/golden/{ir,bpf} beside what that stage prints of them (the tokens, ast,
            types and err folders are read by the unit tests)
  runtime   D programs of test/runtime beside what they print on the live kernel
  broker    dtraced: attacks on it, what it leaves, and every twelfth runtime test as a user that is not root
  compat    clients of libdtrace.so, and a dtrace written against it on every sixth runtime test
  python    the Python packages, with the Python that Debian has
  analytics every statistic beside an independent counter; the daemon of Analytics as a whole
  web       Analytics: the HTTP API, the page in Chromium, its modules that need no browser with node
  doc       every example of the manual; its tables, its links; mandoc's opinion of the pages
  cleanup   what the runtime tests left in the kernel, what a killed dtrace leaves, what is installed
  fallback  the runtime tests again, with every kernel feature switched off that has a replacement
  expr      random programs: expressions and structures as D and as C, aggregations and strings by a model
  asan      unit and golden tests again, built with AddressSanitizer and UBSan
  fuzz      the corpus of each fuzz target through it
  kernels   on other kernels, under emulation, the runtime tests of what this one may lack (kernels.OF_ALL;
            make test-kernels runs all); what does not fit into KERNEL_SECONDS is skipped

A runtime test is AREA/NAME.d with the exact standard output in NAME.out, and the exact messages in
NAME.err when that exists. Comments in it say how it is run:
  /* @opts: OPTIONS */     more options            /* @args: A B */      macro arguments
  /* @trigger: COMMAND */  run it with -c COMMAND  /* @exit: N */        the status expected (0)
  /* @timeout: SECONDS */  30 unless told          /* @filter: SED */    applied before comparing
  /* @needs: FEATURE */    skipped without: a name of `dtrace -xfeatures`, or of a command; root, others, tp:TRACEPOINT
  /* @run: COMMAND */      a shell command in place of all of this; status 77: skipped, its output says why
It runs in its own folder; commands see $DTRACE, $TEST (the program), $TMP (a folder that goes),
$PROGRAMS (what test/programs was built to) and $SRC (the source tree). A file err.TAG.NAME.d must be refused with that tag.
"""
import argparse
import contextlib
import difflib
import fnmatch
import hashlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import bounded  # noqa: E402
import broker  # noqa: E402
import broker_tests  # noqa: E402
import doc_examples  # noqa: E402
import include_check  # noqa: E402
import kernel_objects  # noqa: E402
import kernels  # noqa: E402

from bounded import IS_ROOT, RUN_ID, SRC, command  # noqa: E402

DEFAULT_TIMEOUT_S = 30
KERNEL_SECONDS = 240
TEST_SECONDS = 420  # for any test; most say themselves when they have waited long enough
LIVE_SUITES = ("runtime", "broker", "compat", "python", "analytics", "web", "fallback")
PYTHON = "/usr/bin/python3"  # not the one that runs this: the packages are for the system's
# Areas whose tests run no program in the kernel, so that what it can do makes no difference.
WITHOUT_TRACING = {"zoneadm", "zonecfg", "zonenet", "zonepool", "zonerctl", "zonesysid", "zoneview"}
SKIP_STATUS = 77  # of a command that finds it cannot be a test here; its output says why

Result = namedtuple("Result", "passed failed skipped text", defaults=(0, 0, 0, ""))
Test = namedtuple("Test", "name run")
OK = Result(passed=1)


def failure(text):
    return Result(failed=1, text=text)


def skipped(why):
    return Result(skipped=1, text=why)


def diff(expected, got, name):
    lines = difflib.unified_diff(expected.splitlines(), got.splitlines(), name, "got", lineterm="", n=3)
    return "\n".join(list(lines)[:80])


# ---- style ----

def style_format():
    tool = shutil.which("clang-format")
    if not tool:
        return skipped("clang-format is not installed")
    files = sorted(str(p.relative_to(SRC)) for folder in ("base", "include", "dtrace", "broker", "zone", "analytics", "usdt", "cmd", "test", "fuzz", "bench")
                   for p in (SRC / folder).rglob("*.[ch]") if SRC / "test/runtime" not in p.parents)
    _, _, err = command([tool, "--dry-run", *files], 120)
    bad = sorted({line.split(":")[0] for line in err.splitlines() if "-Wclang-format-violations" in line})
    return failure("not as clang-format writes them (make format):\n  " + "\n  ".join(bad)) if bad else OK


def style_includes():
    wrong = include_check.check(SRC)
    return failure("\n".join(wrong)) if wrong else OK


def style_tests(_):
    return [Test("style/format", style_format), Test("style/includes", style_includes)]


# ---- unit ----

CMOCKA_LINE = re.compile(r"\[ +(OK|FAILED|SKIPPED) +\] (\S+)$")


def unit(program):
    env = {"GLASSHOUSE_SOURCE": str(SRC), "MESON_SOURCE_ROOT": str(SRC), "UBSAN_OPTIONS": "halt_on_error=1"}
    status, out, err = command([str(program)], 300, env=env)
    seen = {}
    for line in out.splitlines() + err.splitlines():
        match = CMOCKA_LINE.match(line)
        if match:
            seen[match.group(2)] = match.group(1)
    counts = [list(seen.values()).count(k) for k in ("OK", "FAILED", "SKIPPED")]
    text = ""
    if status != 0 or not seen:
        counts[1] = max(counts[1], 1)
        text = f"status {status}\n" + "\n".join((out + err).splitlines()[-60:])
    elif counts[2]:
        why = [l for l in (out + err).splitlines() if not l.startswith("[")]
        text = f"{counts[2]} skipped" + (": " + "; ".join(dict.fromkeys(why)) if why else "")
    return Result(*counts, text)


def unit_tests(build, suite="unit"):
    programs = sorted(p for p in (build / "test/unit").glob("test_*") if p.is_file() and os.access(p, os.X_OK))
    return [Test(f"{suite}/{p.name[5:]}", lambda p=p: unit(p)) for p in programs]


# ---- golden ----

def golden(dtrace, stage, program, update):
    expected = program.with_suffix(".out")
    args = [str(dtrace), "-q", "-xnofeature=bpf", f"-xdump={stage}", "-e", "-s", program.name]
    status, out, err = command(args, 60, cwd=program.parent)
    if update:
        expected.write_text(out)
    if status != 0:
        return failure(f"status {status}\n{err}")
    want = expected.read_text() if expected.exists() else ""
    return OK if out == want else failure(diff(want, out, str(expected.relative_to(SRC))))


def golden_tests(build, update=False, suite="golden"):
    tests = []
    for stage in ("ir", "bpf"):
        for program in sorted((SRC / "test/golden" / stage).glob("*.d")):
            tests.append(Test(f"{suite}/{stage}/{program.stem}",
                              lambda s=stage, p=program: golden(build / "bin/dtrace", s, p, update)))
    return tests


# ---- runtime ----

HEADER = re.compile(r"/\*\s*@(\w+):\s*(.*?)\s*\*/", re.S)
DIF_OFFSET = re.compile(r"\bDIF offset [1-9]\d*")  # of a fault: how code is lowered differs from kernel to kernel
KNOWN = {"opts", "args", "trigger", "exit", "timeout", "filter", "needs", "run"}


class Runtime:
    def __init__(self, build, update=False, without="", slower=1):
        """without: kernel features to do without, as DTRACE_OPT_NOFEATURE takes them. slower: how many times as long tests may take."""
        self.dtrace, self.update, self.slower = (build / "bin/dtrace").resolve(), update, slower
        self.programs = (build / "test/programs").resolve()
        self.env = {"DTRACE_OPT_NOFEATURE": without} if without else {}
        self.features = {}

    def learn_features(self):
        _, out, _ = command([str(self.dtrace), "-xfeatures"], 20, env=self.env)
        for line in out.splitlines()[1:]:
            name, here = line.split()[:2]
            self.features[name] = here == "yes"

    def missing(self, needs):
        """The first need this machine does not meet, or None."""
        for need in needs:
            if need == "root":
                met = IS_ROOT
            elif need == "others":  # users that are not root may run programs here
                met = bool(os.stat("/").st_mode & 1)
            elif need.startswith("tp:"):  # a tracepoint of the kernel
                met = f"\0btf_trace_{need[3:]}\0".encode() in Path("/sys/kernel/btf/vmlinux").read_bytes()
            elif need in self.features:
                met = self.features[need]
            else:
                met = shutil.which(need) is not None
            if not met:
                return need
        return None

    def filtered(self, text, scripts):
        if scripts:
            args = ["sed", "-E"] + [a for s in scripts for a in ("-e", s)]
            text = subprocess.run(args, input=text, capture_output=True, text=True, check=True).stdout
        return DIF_OFFSET.sub("DIF offset N", text)

    def run(self, program):
        header = {}
        for key, value in HEADER.findall(program.read_text(errors="replace")):
            if key not in KNOWN:
                return failure(f"@{key} is not known")
            header.setdefault(key, []).append(value)
        tag = re.match(r"err\.(D_\w+)\.", program.name)
        if not tag and not IS_ROOT:
            return skipped("needs root")
        lacking = self.missing([n for v in header.get("needs", []) for n in v.replace(",", " ").split()])
        if lacking:
            return skipped(f"needs {lacking}")
        timeout = self.slower * float(header.get("timeout", [DEFAULT_TIMEOUT_S])[0])
        options = [o for v in header.get("opts", []) for o in shlex.split(v)]
        with tempfile.TemporaryDirectory(prefix="glasshouse-") as tmp:
            env = {**self.env, "DTRACE": str(self.dtrace), "TEST": program.name, "TMP": tmp, "SRC": str(SRC),
                   "PROGRAMS": str(self.programs)}
            if "run" in header:
                got = command(header["run"][0], timeout, shell=True, env=env, cwd=program.parent)
                if got[0] == SKIP_STATUS:
                    return skipped(got[1].strip())
            else:
                args = [str(self.dtrace), *(["-xerrtags"] if tag else []), *options, "-s", program.name]
                if "trigger" in header:
                    trigger = header["trigger"][0]
                    for name in ("TMP", "SRC", "PROGRAMS"):
                        trigger = trigger.replace(f"${name}", env[name])
                    args += ["-c", os.path.expandvars(trigger)]
                args += [o for v in header.get("args", []) for o in shlex.split(v)]
                got = command(args, timeout, env=env, cwd=program.parent)
        return self.judge(program, header, tag and tag.group(1), *got)

    def judge(self, program, header, tag, status, out, err):
        expected = int(header.get("exit", [1 if tag else 0])[0])
        problems = []
        if status != expected:
            problems.append(f"status {status}, expected {expected}")
        if tag and f"[{tag}]" not in err:
            problems.append(f"no [{tag}] in the messages")
        out, err = (self.filtered(text, header.get("filter")) for text in (out, err))
        for text, suffix in ((out, ".out"), (err, ".err")):
            path = program.with_suffix(suffix)
            if self.update and not tag and (suffix == ".out" or path.exists()):
                path.write_text(text)
            if not path.exists():
                if suffix == ".out" and not tag:
                    problems.append(f"{path.name} is missing; it printed\n{text}")
                continue
            want = path.read_text(errors="replace")
            if want != text:
                problems.append(diff(want, text, str(path.relative_to(SRC))))
        if problems and err and not program.with_suffix(".err").exists():
            problems.append("messages:\n" + "\n".join(err.splitlines()[-20:]))
        return failure("\n".join(problems)) if problems else OK


def runtime_programs():
    """A program in a folder named lib is a D library that tests load, not a test."""
    folder = SRC / "test/runtime"
    return [p for p in sorted(folder.rglob("*.d")) if "lib" not in p.relative_to(folder).parts[:-1]]


def runtime_tests(build, update=False, suite="runtime", without="", slower=1):
    runner = Runtime(build, update, without, slower)
    programs = runtime_programs()
    if programs:
        runner.learn_features()
    return [Test(f"{suite}/" + str(p.relative_to(SRC / "test/runtime").with_suffix("")), lambda p=p: runner.run(p))
            for p in programs]


# ---- broker ----

def broker_lacks():
    """What the tests of dtraced need and this machine has not, or None."""
    if not IS_ROOT:
        return "root"
    return None if os.stat(SRC).st_mode & 1 and os.stat("/").st_mode & 1 else "others"


def broker_test(test):
    lacking = broker_lacks()
    return skipped(f"needs {lacking}") if lacking else test()


def broker_attack(build, name):
    """A test of broker_tests.py, in a process of its own."""
    status, out, err = command([sys.executable, "test/broker_tests.py", str(build), name], 180)
    return OK if status == 0 else failure(f"status {status}\n{out[-4000:]}{err[-4000:]}")


def broker_tests_of(build, of_suite):
    runner = Runtime(build)
    runner.learn_features()
    programs = broker.runtime_programs(runtime_programs())
    if not broker_lacks():
        of_suite.enter_context(broker.as_nobody(build, runner))
    return ([Test(f"broker/{t.__name__}", lambda n=t.__name__: broker_test(lambda: broker_attack(build, n)))
             for t in broker_tests.ALL] +
            [Test(f"broker/runtime/{p.relative_to(SRC / 'test/runtime').with_suffix('')}",
                  lambda p=p: broker_test(lambda: runner.run(p))) for p in programs])


# ---- compat ----

def for_classic(program):
    """Whether the dtrace of test/compat/classic.c can be asked to run it."""
    text = program.read_text(errors="replace")
    options = [w for key, value in HEADER.findall(text) if key == "opts" for w in shlex.split(value)]
    said = program.with_suffix(".err")
    # It tells of the first error only, in one line, and not what the options came to.
    if said.exists() and re.search(r"\n    at line| lowered to ", said.read_text()):
        return False
    return not (program.name.startswith("err.") or "@run" in text or
                any(re.match(r"--|-[^nsqwFZClvxco]", w) for w in options))


INTERFACE = "test/compat/libdtrace.abi"


def interface_dump(library, out):
    """The library's interface as libabigail writes it: what the installed headers declare, no places on this machine."""
    status, text, err = command(
        ["abidw", "--headers-dir", "include", "--drop-private-types", "--exported-interfaces-only", "--no-corpus-path",
         "--no-comp-dir-path", "--no-show-locs", "--type-id-style", "hash", "--out-file", str(out), str(library)], 60)
    if status != 0:
        return f"status {status}\n{text}{err}"
    out.write_text(re.sub(r" path='[^']*?((?:base|dtrace)/[^']*)'", r" path='\1'", out.read_text()))
    return ""


def interface(build, update):
    """Programs that were linked with the library go on: nothing that they see has changed or gone."""
    library, kept = (build / "lib/libdtrace.so.1").resolve(), SRC / INTERFACE
    if not shutil.which("abidiff"):
        return skipped("abidiff is not installed")
    if update:
        wrong = interface_dump(library, kept)
        return failure(wrong) if wrong else OK
    with tempfile.TemporaryDirectory(prefix="glasshouse-") as tmp:
        now = Path(tmp) / "now.abi"
        wrong = interface_dump(library, now)
        if wrong:
            return failure(wrong)
        status, out, err = command(["abidiff", "--no-added-syms", str(kept), str(now)], 60)
    return OK if status == 0 else failure(f"status {status}: {INTERFACE} and the library differ; when that is meant, "
                                          f"--update\n{out}{err}")


LANGUAGES = {"c89": ["gcc", "-std=c89", "-pedantic-errors", "-xc"], "c99": ["gcc", "-std=c99", "-pedantic-errors", "-xc"],
             "c++98": ["g++", "-std=c++98", "-pedantic-errors", "-xc++"],
             "c++": ["g++", "-std=c++11", "-pedantic-errors", "-xc++"]}


def headers(language):
    """Every installed header stands alone, in any program."""
    compiler = LANGUAGES[language]
    if not shutil.which(compiler[0]):
        return skipped(f"{compiler[0]} is not installed")
    for header in ("dtrace.h", "sys/dtrace.h", "libproc.h", "glasshouse/dtrace.h"):
        text = f"#include <{header}>\n#include <{header}>\nint main(void) {{ return 0; }}\n"
        got = subprocess.run([*compiler, "-Wall", "-Wextra", "-Werror", "-Iinclude", "-fsyntax-only", "-"], input=text,
                             capture_output=True, text=True, cwd=SRC)
        if got.returncode != 0:
            return failure(f"{header}: {got.stderr}")
    return OK


def installed_library(build):
    """A client is built against what `make install` would install, by pkg-config; the Python packages find it, too."""
    with tempfile.TemporaryDirectory(prefix="glasshouse-") as tmp:
        status, out, err = command(["meson", "install", "-C", str(build), "--no-rebuild", "--destdir", tmp], 60)
        found = [p.parent for p in Path(tmp).rglob("libdtrace.pc")]
        packages = [p.parent.parent for p in Path(tmp).rglob("glasshouse/__init__.py")]
        if status != 0 or len(found) != 1 or len(packages) != 1:
            return failure(f"status {status}, libdtrace.pc in {found}, packages in {packages}\n{out}{err}")
        path = "/" + str(packages[0].relative_to(tmp))
        if path.startswith("/usr/") and path not in command([PYTHON, "-c", "import sys; print(sys.path)"], 20)[1]:
            return failure(f"{PYTHON} does not look in {path}")
        env = {"PKG_CONFIG_SYSROOT_DIR": tmp, "PKG_CONFIG_LIBDIR": str(found[0]),
               "LD_LIBRARY_PATH": str(found[0].parent)}
        client = f"cc -o {tmp}/client test/compat/classic.c $(pkg-config --cflags --libs libdtrace)"
        # EINTR is a constant of a D library, nothing that the compiler knows.
        text = "BEGIN /EINTR == 4/ { exit(0); }"
        python = f"import glasshouse; print(glasshouse.Session({text!r}), glasshouse.__file__)"
        for args, shell, more in ((client, True, {}), ([f"{tmp}/client", "-l", "-n", text], False, {}),
                                  ([PYTHON, "-c", python], False, {"PYTHONPATH": str(packages[0]), "LD_LIBRARY_PATH": ""})):
            status, out, err = command(args, 60, shell=shell, env={**env, **more})
            if status != 0:
                return failure(f"{args}: status {status}\n{out}{err}")
    return OK


PROGRAM = re.compile(r"^```(c|python) name=(\S+)\n(.*?)^```\n\n```output\n(.*?)^```$", re.M | re.S)


def documented(build, language, program, output):
    """A program of the manual, by the library of the build folder, prints what the manual says."""
    if not IS_ROOT:
        return skipped("needs root")
    library = build / "lib"
    env = {"DTRACE_OPT_SYSLIBDIR": str(SRC / "dlib"), "PYTHONPATH": str(SRC / "python"), "LD_LIBRARY_PATH": str(library),
           "GLASSHOUSE_LIBDTRACE": str(library / "libdtrace.so.1"), "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryDirectory(prefix="glasshouse-") as tmp:
        path = Path(tmp) / f"program.{language}"
        path.write_text(program)
        args = [PYTHON, str(path)] if language == "python" else [f"{tmp}/program"]
        if language == "c":
            status, out, err = command(["cc", "-Wall", "-Wextra", "-Werror", "-Iinclude", "-o", args[0], str(path),
                                        f"-L{library}", "-ldtrace"], 60)
            if status != 0:
                return failure(err)
        status, out, err = command(args, 60, env=env)
    wrong = diff(output, out, "manual") if out != output else ""
    return failure(f"status {status}\n{wrong}\n{err}") if wrong or status != 0 else OK


def documented_programs(build):
    return [Test(f"compat/{page.stem}-{name}", lambda l=language, p=program, o=output: documented(build, l, p, o))
            for page in sorted((SRC / "doc").glob("*.md"))
            for language, name, program, output in PROGRAM.findall(page.read_text())]


def compat_tests(build, update=False):
    runner = Runtime(build)
    runner.learn_features()
    runner.dtrace = (build / "test/compat/dtrace").resolve()
    runner.env = {"DTRACE_OPT_SYSLIBDIR": str(SRC / "dlib")}
    programs = [p for p in runtime_programs() if for_classic(p)][::6]
    clients = sorted(p for p in (build / "test/compat").glob("test_*") if p.is_file() and os.access(p, os.X_OK))
    return ([Test("compat/interface", lambda: interface(build, update)),
             Test("compat/installed", lambda: installed_library(build))] +
            [Test(f"compat/headers-{l}", lambda l=l: headers(l)) for l in LANGUAGES] +
            documented_programs(build) +
            [Test(f"compat/{p.name[5:]}", lambda p=p: unit(p)) for p in clients] +
            [Test(f"compat/classic/{p.relative_to(SRC / 'test/runtime').with_suffix('')}", lambda p=p: runner.run(p))
             for p in programs])


# ---- python ----

def python_module(build, path):
    """A module of unittest: every test in it counts."""
    env = {"GLASSHOUSE_BUILD": str(build), "PYTHONDONTWRITEBYTECODE": "1"}
    status, out, err = command([PYTHON, "-W", "error::ResourceWarning", str(path), "-v"], 300, env=env)
    words = re.findall(r"\.\.\. (ok|FAIL|ERROR|skipped)(?: '(.*)')?$", err, re.M)
    counts = [sum(w == "ok" for w, _ in words), sum(w in ("FAIL", "ERROR") for w, _ in words)]
    why = [reason for w, reason in words if w == "skipped"]
    if (status != 0 and not counts[1]) or not words:
        counts[1] = 1
    text = f"status {status}\n{out}{err}" if counts[1] else f"{len(why)} skipped: " + "; ".join(dict.fromkeys(why))
    return Result(*counts, len(why), text)


def python_tests(build):
    return [Test(f"python/{p.stem[5:]}", lambda p=p: python_module(build, p))
            for p in sorted((SRC / "test/python").glob("test_*.py"))]


# ---- analytics ----

def analytics_tests(build):
    return [Test(f"analytics/{p.stem[5:]}", lambda p=p: python_module(build, p))
            for p in sorted((SRC / "test/analytics").glob("test_*.py"))]


# ---- web ----

TAP_LINE = re.compile(r"^(not ok|ok) \d+ - .*?(# SKIP.*)?$", re.M)


def web_module(path):
    """A file of tests for node: every test in it counts."""
    node = shutil.which("node")
    if not node:
        return skipped("node is not installed")
    status, out, err = command([node, "--test", "--test-reporter=tap", str(path)], 120)
    words = TAP_LINE.findall(out)
    counts = [sum(w == "ok" and not s for w, s in words), sum(w != "ok" for w, _ in words), sum(bool(s) for _, s in words)]
    if (status != 0 and not counts[1]) or not words:
        counts[1] = max(1, counts[1])
    return Result(*counts, f"status {status}\n{out}{err}" if counts[1] else "")


def web_tests(build):
    return ([Test(f"web/{p.stem[5:]}", lambda p=p: python_module(build, p)) for p in sorted((SRC / "test/web").glob("test_*.py"))] +
            [Test(f"web/{p.name.split('.')[0]}", lambda p=p: web_module(p)) for p in sorted((SRC / "test/web").glob("*.test.mjs"))])


# ---- doc ----

def doc_tests(build):
    def one(check):
        if not IS_ROOT:
            return skipped("needs root")
        wrong = check()
        return failure(wrong) if wrong else OK
    return [Test(name, lambda c=check: one(c)) for name, check in doc_examples.checks(build)]


# ---- cleanup ----

def leftovers(before):
    """Nothing of the tests is left: no process, and no kernel object that no process holds."""
    if not IS_ROOT:
        return skipped("needs root")
    stray = kernel_objects.processes_with(b"GLASSHOUSE_TEST=" + RUN_ID.encode())
    problems = [f"process {pid} is left: {text}" for pid, text in stray]
    gone = kernel_objects.wait_until_gone(lambda: kernel_objects.orphans(before), 10)
    problems += [f"{kind} {number} is left and no process holds it" for kind, number in gone]
    return failure("\n".join(problems)) if problems else OK


def killed(build, program):
    """Kills a tracing dtrace with SIGKILL; all its programs, maps and links must go."""
    if not IS_ROOT:
        return skipped("needs root")
    env = {**os.environ, "GLASSHOUSE_TEST": RUN_ID}
    with subprocess.Popen([str(build / "bin/dtrace"), "-qn", program], env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as p:
        line = p.stdout.readline()
        held = kernel_objects.held_by(p.pid)
        p.kill()
        rest = p.stdout.read()
    if line != b"armed\n":
        return failure(f"it did not start: {(line + rest).decode(errors='replace')}")
    kinds = {kind for kind, _ in held}
    if not {"prog", "map"} <= kinds:
        return failure(f"expected programs and maps while tracing, found {sorted(held)}")
    left = kernel_objects.wait_until_gone(lambda: held & kernel_objects.all_objects(), 20)
    return failure(f"left behind: {sorted(left)}") if left else OK


KILLED = {
    "counts": 'BEGIN { printf("armed\\n"); } syscall:::entry { @[execname, probefunc] = count(); }',
    "records": 'BEGIN { printf("armed\\n"); } syscall:::entry { self->t = timestamp; } '
               'syscall:::return /self->t/ { @[execname] = quantize(timestamp - self->t); self->t = 0; }',
    "timers": 'BEGIN { printf("armed\\n"); } tick-10ms { n++; } profile-97 { @[cpu] = count(); }',
}


def cleanup_tests(build, before):
    return [Test("cleanup/installed", lambda: installed(build)),
            Test("cleanup/leftovers", lambda: leftovers(before))] + [
        Test(f"cleanup/killed-{name}", lambda p=p: killed(build, p)) for name, p in KILLED.items()]


# ---- install ----

INSTALLED = ("sbin/dtrace", "sbin/glasshouse", "mibs/GLASSHOUSE-MIB.txt", "sbin/plockstat", "include/usdt.h", "libusdt.so", "pkgconfig/usdt.pc", "man3/usdt.3",
             "man8/plockstat.8", "glasshouse/probes.py", "glasshouse/usdt.py", "glasshouse.pth")


def installed(build):
    """What `make install` would install is all there, runs from there, and finds its D libraries."""
    with tempfile.TemporaryDirectory(prefix="glasshouse-") as tmp:
        status, out, err = command(["meson", "install", "-C", str(build), "--no-rebuild", "--destdir", tmp], 60)
        if status != 0:
            return failure(f"status {status}\n{out}{err}")
        programs = [p for p in Path(tmp).rglob("sbin/dtrace")]
        if len(programs) != 1:
            return failure(f"expected one sbin/dtrace, found {programs}")
        missing = [name for name in INSTALLED if not any(str(p).endswith("/" + name) for p in Path(tmp).rglob("*"))]
        if missing:
            return failure(f"not installed: {', '.join(missing)}")
        # EINTR is a constant of a D library, nothing that the compiler knows.
        text = 'BEGIN /EINTR == 4/ { printf("library"); exit(0); }'
        status, out, err = command([str(programs[0]), "-e", "-n", text, "-s", "opensnoop.d"], 20, cwd=tmp)
        return OK if status == 0 else failure(f"status {status}\n{out}{err}")


# ---- fallback, expr ----

# What dtrace does without on older kernels; the others it cannot do without, or they say so themselves.
REPLACEABLE = ("tp_btf,rdonly_cast,task_storage,may_goto,cpu_v4,mmap_array,timer,raw_tp_cookie,uprobe_multi,"
               "str_kfuncs,task_kptr,func_addr,slot_bounds")


def fallback_tests(build, slower):
    return [t for t in runtime_tests(build, suite="fallback", without=REPLACEABLE, slower=slower)
            if t.name.split("/")[1] not in WITHOUT_TRACING]


def random_programs(build, script, count, seed):
    if not IS_ROOT:
        return skipped("needs root")
    args = [sys.executable, f"test/{script}.py", "--dtrace", str(build / "bin/dtrace"), "--count", str(count),
            "--seed", str(seed)]
    status, out, err = command(args, 300)
    return OK if status == 0 else failure(f"status {status}\n{out}{err}")


def expr_tests(build):
    return [Test(f"expr/{name}-{seed}", lambda f=script, c=count, s=seed: random_programs(build, f, c, s))
            for name, script, count in (("values", "fuzz_expr", 5000), ("aggregations", "fuzz_aggs", 50),
                                        ("strings", "fuzz_strings", 100), ("types", "fuzz_types", 100),
                                        ("associative", "fuzz_assocs", 60))
            for seed in (1, 2)]


# ---- asan, fuzz ----

def second_build(folder, *options):
    """Configures and builds another build folder; the text of what went wrong, or ''."""
    folder.mkdir(parents=True, exist_ok=True)
    known = (folder / "build.ninja").exists()
    for args in (["meson", "setup", *(["--reconfigure"] if known else []), str(folder), *options],
                 ["ninja", "-C", str(folder), "-j", str(os.cpu_count() or 1)]):
        status, out, err = command(args, 900)
        if status != 0:
            return f"{shlex.join(args)}: status {status}\n" + "\n".join((out + err).splitlines()[-40:])
    (folder / "bin").mkdir(exist_ok=True)
    link = folder / "bin/dtrace"
    if not link.is_symlink():
        link.symlink_to("../cmd/dtrace")
    return ""


def asan_tests(build):
    folder = build / "asan"
    wrong = second_build(folder, "-Db_sanitize=address,undefined", "-Db_lundef=false", "-Dwerror=false",
                         "-Doptimization=1")
    if wrong:
        return [Test("asan/build", lambda: failure(wrong))]
    return unit_tests(folder, "asan/unit") + golden_tests(folder, suite="asan/golden")


def fuzz_corpus(program, files):
    status, out, err = command([str(program), *map(str, files)], 120)
    return OK if status == 0 else failure(f"status {status}\n" + "\n".join((out + err).splitlines()[-40:]))


def fuzz_tests(build):
    tests = []
    for program in sorted((build / "asan/fuzz").glob("replay_*")):
        if not program.is_file():
            continue
        name = program.name[len("replay_"):]
        corpus = sorted((SRC / "fuzz/corpus" / name).glob("*"))
        if name in ("parse", "compile"):
            programs = sorted((SRC / "test").rglob("*.d"))
            corpus += programs if name == "parse" else programs[::4]  # each costs a millisecond or more
        tests.append(Test(f"fuzz/{name}", lambda p=program, c=corpus: fuzz_corpus(p, c)))
    return tests


# ---- kernels ----

def kernel_tests(build):
    why = kernels.why_not()

    def one(kernel):
        return skipped(why) if why else Result(*kernels.run_tests(build, kernel, KERNEL_SECONDS, kernels.OF_ALL))
    return [Test(f"kernels/{k.name}", lambda k=k: one(k)) for k in kernels.KERNELS]


# ---- all of them ----

def selected(name, patterns):
    return not patterns or any(fnmatch.fnmatch(name, p) or name == p or name.startswith(p.rstrip("/") + "/")
                               for p in patterns)


def wanted(suite, patterns):
    """Whether a pattern may select a test of the suite, before its tests are known."""
    return not patterns or any(p.split("/")[0] == suite or fnmatch.fnmatch(suite, p.split("/")[0])
                               for p in patterns)


def report(test, result, seconds, show_all):
    word = "FAIL" if result.failed else "skip" if result.skipped and not result.passed else "ok"
    if result.failed or result.skipped or show_all:
        print(f"{word:4} {test.name} ({seconds:.1f} s)" + (f": {result.text}" if word == "skip" else ""))
    if result.failed:
        print("     " + result.text.replace("\n", "\n     ").rstrip())
        print(f"     again: test/run.py {test.name}")
    elif result.skipped and word == "ok":
        print("     " + result.text)
    sys.stdout.flush()


NO_TIME = skipped("no time left")


def ordered(tests, first, seed):
    """Those that match a pattern of `first` in front; with a seed the others in an order that it decides."""
    def key(test):
        rank = next((i for i, p in enumerate(first) if selected(test.name, [p])), len(first))
        return rank, hashlib.md5((seed + test.name).encode()).hexdigest() if seed and rank == len(first) else ""
    return sorted(tests, key=key)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--build", default="build", type=Path)
    parser.add_argument("--jobs", default=os.cpu_count() or 1, type=int)
    parser.add_argument("--update", action="store_true", help="rewrite what golden and runtime tests expect")
    parser.add_argument("--verbose", action="store_true", help="name the tests that pass, too")
    parser.add_argument("--seconds", type=float, help="skip what has not begun by then")
    parser.add_argument("--slower", type=float, default=1, metavar="TIMES", help="give runtime tests so many times as long")
    parser.add_argument("--first", action="append", default=[], metavar="PATTERN", help="run these first")
    parser.add_argument("--seed", default="", help="run the others in an order that this text decides")
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    args = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background may have made us, and so the tests, ignore it
    build = args.build.resolve()
    before = kernel_objects.all_objects() if IS_ROOT else set()
    of_suite = contextlib.ExitStack()  # what the tests of a suite have in common
    suites = {
        "style": lambda: style_tests(build),
        "unit": lambda: unit_tests(build),
        "golden": lambda: golden_tests(build, args.update),
        "runtime": lambda: runtime_tests(build, args.update, slower=args.slower),
        "broker": lambda: broker_tests_of(build, of_suite),
        "compat": lambda: compat_tests(build, args.update),
        "python": lambda: python_tests(build),
        "analytics": lambda: analytics_tests(build),
        "web": lambda: web_tests(build),
        "doc": lambda: doc_tests(build),
        "cleanup": lambda: cleanup_tests(build, before),
        "fallback": lambda: fallback_tests(build, args.slower),
        "expr": lambda: expr_tests(build),
        "asan": lambda: asan_tests(build),
        "fuzz": lambda: fuzz_tests(build),
        "kernels": lambda: kernel_tests(build),
    }
    total = [0, 0, 0]
    deadline = time.monotonic() + args.seconds if args.seconds else float("inf")
    show_all = args.verbose or bool(args.patterns)
    for suite, tests_of in suites.items():
        if not wanted(suite, args.patterns):
            continue
        start, counts = time.monotonic(), [0, 0, 0]
        tests = ordered([t for t in tests_of() if selected(t.name, args.patterns)], args.first, args.seed)
        # Jobs share the kernel: more than two at a time make timers of tests late on small machines.
        jobs = 1 if suite == "cleanup" else min(args.jobs, 2)

        def timed(test):
            begun = time.monotonic()
            try:
                result = bounded.bounded(test.run, TEST_SECONDS + (KERNEL_SECONDS if suite == "kernels" else 0))
            except bounded.Unending as e:
                result = failure(str(e))
            except Exception as e:  # a broken test is a failed test, and the rest still run
                result = failure(f"{type(e).__name__}: {e}")
            return test, result, time.monotonic() - begun

        def in_time(test):
            return timed(test) if time.monotonic() < deadline else (test, NO_TIME, 0)

        def count(test, result, seconds):
            if result is not NO_TIME:
                report(test, result, seconds, show_all)
            for i in range(3):
                counts[i] += result[i]

        # On the live kernel a test shares the clock and the CPUs with the one beside it and with whatever else
        # runs there: one that fails in company is run again alone, and what it says then counts.
        alone, late = [], 0
        with ThreadPoolExecutor(jobs) as pool:
            for test, result, seconds in pool.map(in_time, tests):
                if result.failed and suite in LIVE_SUITES and jobs > 1:
                    alone.append((test, result))
                else:
                    count(test, result, seconds)
                    late += result is NO_TIME
        for test, result in alone:
            print(f"     {test.name} failed beside others; again, alone")
            print("     : " + "\n     : ".join(result.text.rstrip().splitlines()[-12:]), flush=True)
            count(*timed(test))
        of_suite.close()
        if late:
            print(f"skip {late} tests of {suite}: no time left")
        if tests:
            print(f"{suite}: {counts[0]} passed, {counts[1]} failed, {counts[2]} skipped "
                  f"in {time.monotonic() - start:.0f} s", flush=True)
        total = [a + b for a, b in zip(total, counts)]
    print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped")
    return 1 if total[1] or not sum(total) else 0


if __name__ == "__main__":
    with bounded.passable_root(), bounded.groups_of_zones():
        sys.exit(main())
