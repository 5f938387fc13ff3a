#!/usr/bin/env python3
"""Runs every example of the manual and compares it with what the manual shows.

usage: test/doc_examples.py [--update] [--build DIR] [PATTERN...]

Examples are fenced blocks in README.md and doc/*.md:
  ```d name=NAME ATTRIBUTES     a D program; the ```output block after it is what it prints. Without a
                                name it is only compiled.
  ```console name=NAME ATTR.    commands after "# ", each followed by what it prints
  ```LANGUAGE file=NAME         a file that the console blocks after it find in their folder
and in man/*.8 a literal block (.Bd to .Ed) after a line  .\\" example name=NAME ATTRIBUTES  is read like
a console block. Attributes (values as the shell quotes them):
  opts= options of dtrace    args= macro arguments     cmd= run with -c     exit= the status expected
  stderr=yes messages count, too (always in a console block)             timeout= seconds (10)
  filter= a sed -E expression, applied to both texts before they are compared
  shape=yes numbers, words and their order differ from run to run: the kinds of lines are compared
  zones=yes a console block that makes zones: /etc, /zones and /run are its own while it runs, and a network with a link rum2
--update writes what is printed into the documents. test/run.py calls checks().
"""
import argparse
import contextlib
import difflib
import fcntl
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

SRC = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```(\w+)?[ ]*(.*)$")


class Example:
    """One block: `lines` of it, the numbers of the lines in the file that hold the output, or None."""

    def __init__(self, path, kind, attributes, start, lines):
        self.path, self.kind, self.start, self.lines = path, kind, start, lines
        self.attr = dict(word.split("=", 1) for word in shlex.split(attributes))
        self.files = {}  # name: lines, of a console block
        self.output = None  # lines expected, of a D program
        self.output_at = None
        self.name = self.attr.get("name")

    def id(self):
        return f"{self.path.stem}/{self.name or 'line-' + str(self.start)}"


def read_markdown(path):
    examples, block, last, files = [], None, None, {}
    for number, line in enumerate(path.read_text().splitlines()):
        fence = FENCE.match(line)
        if block is None and fence:
            block = (fence[1] or "", fence[2], number + 1, [])
        elif block is not None and line == "```":
            kind, attributes, start, lines = block
            block = None
            if kind == "output" and last:
                last.output, last.output_at = lines, (start, start + len(lines))
            last = None
            name = attributes.removeprefix("file=")
            if name != attributes:
                files[name] = lines
            elif kind == "d" or (kind == "console" and attributes):
                examples.append(Example(path, kind, attributes, start, lines))
                examples[-1].files = dict(files)
                last = examples[-1] if kind == "d" else None
        elif block is not None:
            block[3].append(line)
    return examples


def from_roff(line):
    return line.replace("\\e", "\\").replace("\\&", "").replace("\\-", "-").replace("\\(aq", "'")


def to_roff(line):
    line = line.replace("\\", "\\e")
    return "\\&" + line if line[:1] in (".", "'") else line


def read_man(path):
    examples, lines = [], path.read_text().splitlines()
    for number, line in enumerate(lines):
        if not line.startswith('.\\" example '):
            continue
        begin = next(i for i in range(number, len(lines)) if lines[i].startswith(".Bd")) + 1
        end = next(i for i in range(begin, len(lines)) if lines[i] == ".Ed")
        examples.append(Example(path, "console", line[len('.\\" example '):], begin,
                                [from_roff(text) for text in lines[begin:end]]))
    return examples


def read_all(src=SRC):
    found = []
    for path in sorted([src / "README.md", *(src / "doc").glob("*.md")]):
        if path.exists():
            found += read_markdown(path)
    for path in sorted((src / "man").glob("*.[1-8]")):
        found += read_man(path)
    return found


# ---- run ----

def run(args, build, folder, timeout, merge):
    env = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC", "NO_COLOR": "1",
           "PATH": f"{build / 'bin'}:{os.environ['PATH']}", "DTRACE_OPT_SYSLIBDIR": str(SRC / "dlib"),
           "C_INCLUDE_PATH": str(SRC / "usdt"), "LIBRARY_PATH": str(build / "usdt"),
           "LD_LIBRARY_PATH": str(build / "usdt"), "PYTHONPATH": str(SRC / "python"),
           "PYTHONDONTWRITEBYTECODE": "1", "GLASSHOUSE_LIBUSDT": str(build / "usdt/libusdt.so.0")}
    with subprocess.Popen(args, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT if merge else subprocess.PIPE, start_new_session=True) as p:
        try:
            out, err = p.communicate(timeout=timeout)
            status = p.returncode
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, signal.SIGKILL)
            out, err = p.communicate()
            status = f"timeout after {timeout} s"
    return status, out.decode(errors="replace"), (err or b"").decode(errors="replace")


def program_output(example, build):
    """Status, what is to be compared, and further messages of a D program."""
    attr = example.attr
    with tempfile.TemporaryDirectory(prefix="glasshouse-") as folder:
        script = f"{example.name or 'example'}.d"
        (Path(folder) / script).write_text("\n".join(example.lines) + "\n")
        args = [str(build / "bin/dtrace"), *shlex.split(attr.get("opts", "")), *([] if example.name else ["-e"]),
                "-s", script]
        if "cmd" in attr:
            args += ["-c", attr["cmd"]]
        return run(args + shlex.split(attr.get("args", "")), build, folder, float(attr.get("timeout", 10)),
                   attr.get("stderr") == "yes")


def split_console(lines):
    """[(command, lines of output)]; a command that ends in a backslash goes on in the next line."""
    parts, more = [], False
    for line in lines:
        if more or line.startswith("# "):
            if more:
                parts[-1][0] += "\n" + line
            else:
                parts.append([line[2:], []])
            # A quote that is still open goes on, too.
            more = line.endswith("\\") or parts[-1][0].count("'") % 2 == 1
        elif parts:
            parts[-1][1].append(line)
    return parts


OWN_PLACES = """
mkdir -p /zones && mount -t tmpfs none /zones && mount -t tmpfs none /run && mkdir /run/upper /run/work &&
mount -t overlay -o lowerdir=/etc,upperdir=/run/upper,workdir=/run/work overlay /etc && ip link set lo up &&
ip link add rum2 type veth peer name wire && ip link set rum2 up && ip link set wire up && echo ready && exec sleep 600
"""


@contextlib.contextmanager
def own_places(wanted, build):
    """What to put before a command so that the zones that it makes are nobody else's; one block at a time."""
    if not wanted:
        yield []
        return
    with open(Path(tempfile.gettempdir()) / "glasshouse-zones.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with subprocess.Popen(["unshare", "-m", "-n", "--propagation", "private", "sh", "-c", OWN_PLACES],
                              stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as holder:
            enter = ["nsenter", "-m", "-n", "-t", str(holder.pid)]
            try:
                if holder.stdout.readline() != "ready\n":
                    raise RuntimeError("no places of its own for zones")
                yield enter
            finally:
                subprocess.run([*enter, str(build / "bin/zoneadm"), "halt", "-a"], capture_output=True, check=False)
                holder.kill()


def console_output(example, build):
    """Status of the last command and the whole text as a terminal would show it."""
    text, status = "", 0
    with tempfile.TemporaryDirectory(prefix="glasshouse-") as folder, \
            own_places(example.attr.get("zones") == "yes", build) as enter:
        if enter:
            enter = [*enter, f"--wd={folder}"]
        for name, lines in example.files.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text("\n".join(lines) + "\n")
        for command, _ in split_console(example.lines):
            status, out, _ = run([*enter, "sh", "-c", command], build, folder, float(example.attr.get("timeout", 10)), True)
            text += f"# {command}\n{out}"
    return status, text, ""


def shape(line):
    """Which kinds of things a line has: numbers, words, a bar; commands stay as they are."""
    if line.startswith("# "):
        return line
    words = re.sub(r"[^\s|\-@][^\s|@]*", lambda m: "0" if m[0][0].isdigit() else "w", line)
    return re.sub(r"\s+", " ", re.sub(r"@+", "@", words))


def filtered(text, attr):
    if "filter" in attr:
        text = subprocess.run(["sed", "-E", attr["filter"]], input=text, capture_output=True, text=True,
                              check=True).stdout
    if attr.get("shape") == "yes":
        text = "\n".join(dict.fromkeys(map(shape, text.splitlines()))) + "\n"
    return text


def produce(example, build):
    return (program_output if example.kind == "d" else console_output)(example, build)


def problem(example, build):
    """What is wrong with an example, or None."""
    status, out, err = produce(example, build)
    expected = int(example.attr.get("exit", 0))
    where = f"{example.path.relative_to(SRC)}:{example.start}"
    if status != expected:
        return f"{where}: status {status}, expected {expected}\n{out}{err}"
    shown = example.lines if example.kind == "console" else example.output
    if shown is None:
        return None
    want, got = (filtered(t, example.attr) for t in ("".join(f"{l}\n" for l in shown), out))
    if want == got:
        return None
    lines = difflib.unified_diff(want.splitlines(), got.splitlines(), where, "got", lineterm="")
    return "\n".join(list(lines)[:60]) + ("\n" + err if err else "")


def update(example, build):
    """Writes what the example prints now into its document; examples of a file from the last to the first."""
    _, out, _ = produce(example, build)
    lines = example.path.read_text().splitlines()
    new = out.splitlines()
    begin, end = example.output_at or (example.start, example.start + len(example.lines))
    if example.path.suffix != ".md":
        new = [to_roff(line) for line in new]
    lines[begin:end] = new
    example.path.write_text("\n".join(lines) + "\n")


# ---- what the documents must be besides ----

def check_tables(build):
    done = subprocess.run([str(SRC / "tools/gen-docs"), "--check", str(build)], capture_output=True, text=True)
    return (done.stdout + done.stderr) or None if done.returncode else None


def check_man_options(build):
    letters = subprocess.run([str(build / "tools/gen_tables"), "cli-letters"], capture_output=True, text=True,
                             check=True).stdout.split()
    text = (SRC / "man/dtrace.8").read_text()
    missing = [f"-{l}" for l in letters if len(l) == 1 and not re.search(rf"^\.It Fl {l}\b", text, re.M)]
    missing += [f"--{l}" for l in letters if len(l) > 1 and not re.search(rf"^\.It Fl Fl {l}\b", text, re.M)]
    return f"man/dtrace.8 does not describe {' '.join(missing)}" if missing else None


def check_providers(build):
    names = subprocess.run([str(build / "tools/gen_tables"), "providers"], capture_output=True, text=True,
                           check=True).stdout.split()
    guide, page = (SRC / "doc/d-language.md").read_text(), (SRC / "man/dtrace.8").read_text()
    missing = [f"doc/d-language.md: {n}" for n in names if not re.search(rf"^\| [^|]*`{n}`", guide, re.M)]
    missing += [f"man/dtrace.8: {n}" for n in names if not re.search(rf"^\.It Sy .*\b{n}\b", page, re.M)]
    return "not described: " + ", ".join(missing) if missing or not names else None


def check_mandoc(page):
    try:
        done = subprocess.run(["mandoc", "-Tlint", str(page)], capture_output=True, text=True)
    except FileNotFoundError:
        return None
    # Which other manuals this machine has does not matter.
    lines = [l for l in (done.stdout + done.stderr).splitlines()
             if "referenced manual not found" not in l and "mandoc.db" not in l]
    return "\n".join(lines) or None


def check_scripts():
    """Every program of share/scripts has a runtime test; what it prints has the heading that its example shows."""
    wrong = []
    for path in sorted((SRC / "share/scripts").glob("*.d")):
        test = SRC / "test/runtime/scripts" / path.with_suffix(".out").name
        example = re.search(r"\n \* example:\n \*\t# .*\n((?: \*\t?.*\n)+?) \*/", path.read_text())
        shown = [re.sub(r"^ \*\t?", "", line) for line in example[1].splitlines()] if example else []
        if not test.exists():
            wrong.append(f"{path.name}: has no test {test.relative_to(SRC)}")
        elif not set(filter(None, test.read_text().splitlines())) & set(shown):
            wrong.append(f"{path.name}: no line of its example is in {test.relative_to(SRC)}")
    return "\n".join(wrong) or None


def check_options_used(_):
    """An option that the manual describes is one that something reads."""
    table = (SRC / "dtrace/builtin/options.c").read_text()
    described = re.findall(r"\[OPT_(\w+)\] = \{K_\w+, \w+,(?:(?!NULL)[^{}])*?\"", table)
    used = set()
    for top in ("dtrace", "cmd"):
        for path in (SRC / top).rglob("*.c"):
            if path.name != "options.c":
                text = path.read_text()
                used.update(re.findall(r"\bOPT_(\w+)", text))
                if re.search(r"\bopts\.env\b", text):  # what they are kept as, in their order
                    used.update(("SETENV", "UNSETENV"))
    for path in (SRC / "cmd").glob("*.c"):
        used.update(name.upper() for name in re.findall(r'\boption_on\(c, "(\w+)"', path.read_text()))
    idle = [name.lower() for name in described if name not in used]
    return f"described, and read by nothing: {' '.join(idle)}" if idle else None


def check_links(_):
    """Links inside the documents lead somewhere."""
    wrong = []
    for path in [SRC / "README.md", *(SRC / "doc").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
            if not (path.parent / target).exists():
                wrong.append(f"{path.relative_to(SRC)}: {target} does not exist")
    return "\n".join(wrong) or None


def checks(build):
    """[(name, function)]; the function returns what is wrong, or None."""
    found = [("doc/tables", lambda: check_tables(build)), ("doc/options", lambda: check_options_used(build)),
             ("doc/man-options", lambda: check_man_options(build)), ("doc/providers", lambda: check_providers(build)),
             ("doc/links", lambda: check_links(build)), ("doc/scripts", check_scripts)]
    found += [(f"doc/lint-{page.name}", lambda p=page: check_mandoc(p)) for page in (SRC / "man").glob("*.[1-8]")]
    return found + [("doc/" + e.id(), lambda e=e: problem(e, build)) for e in read_all()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--build", default="build", type=Path)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("patterns", nargs="*")
    args = parser.parse_args()
    build = args.build.resolve()
    if args.update:
        for e in reversed(read_all()):
            if (e.kind == "console" or e.output_at) and (not args.patterns or any(p in e.id() for p in args.patterns)):
                if problem(e, build):
                    update(e, build)
    failed = 0
    for name, check in checks(build):
        if args.patterns and not any(p in name for p in args.patterns):
            continue
        wrong = check()
        failed += wrong is not None
        if wrong:
            print(f"FAIL {name}\n{wrong}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
