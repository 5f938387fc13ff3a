"""What a run of the tests starts and changes on the machine, and how long it may take.

Nothing that a test does can hold up the rest: command() runs a program and ends whatever it has started; bounded() calls
a function that may wait for something that never comes. Both say where it stood. Everything started carries
GLASSHOUSE_TEST=RUN_ID in its environment.
"""
import contextlib
import itertools
import os
import signal
import stat
import subprocess
import sys
import threading
import time
import traceback
from pathlib import Path

import kernel_objects

SRC = Path(__file__).resolve().parent.parent
RUN_ID = f"glasshouse-test-{os.getpid()}"
IS_ROOT = os.geteuid() == 0
LAST_WORDS_S = 5  # for a process to say where it stands, and for its end
os.environ["GLASSHOUSE_TEST"] = RUN_ID
_numbers = itertools.count(1)


def _end(pid, how):
    try:
        how(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def _read_on(p, seconds):
    """What p said once it has ended and nobody holds its pipes any more; None when that does not come."""
    try:
        return p.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        return None


def _ended(p, mark):
    """Ends a process that took too long, and all that it started, in its session or not; what it had said.

    SIGABRT first: a Python program that has faulthandler then tells where each of its threads is."""
    p.send_signal(signal.SIGABRT)
    said = _read_on(p, LAST_WORDS_S)
    _end(p.pid, os.killpg)
    said = said or _read_on(p, LAST_WORDS_S)
    for pid, _ in kernel_objects.processes_with(mark.encode()):
        _end(pid, os.kill)
    said = said or _read_on(p, LAST_WORDS_S)
    if said is None:  # somebody without our mark has the pipe: what came through it is lost
        p.stdout.close()
        p.stderr.close()
    return said or (b"", b"its output is held open by a process that it started\n")


def command(args, timeout, shell=False, env=None, cwd=None):
    """Status, stdout and stderr of a command; it and all it started are gone on return."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith("DTRACE_")}
    number = f"{RUN_ID}.{next(_numbers)}"
    full = {**ours, "LC_ALL": "C.UTF-8", "TZ": "UTC", "NO_COLOR": "1", "PYTHONFAULTHANDLER": "1",
            "GLASSHOUSE_COMMAND": number, **(env or {})}
    p = subprocess.Popen(args, shell=shell, cwd=cwd or SRC, env=full, stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    try:
        out, err = p.communicate(timeout=timeout)
        status = p.returncode
    except subprocess.TimeoutExpired:
        out, err = _ended(p, f"GLASSHOUSE_COMMAND={number}")
        status = f"timeout after {timeout} s"
    finally:
        _end(p.pid, os.killpg)
    return status, out.decode(errors="replace"), err.decode(errors="replace")


def _started(pid):
    """When it was started, in seconds since boot (proc(5): field 22 of stat, the 20th behind the name); 0 when it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    return int(text.rsplit(")", 1)[1].split()[19]) / os.sysconf("SC_CLK_TCK") + 0.01  # as it is cut to a tick


class Unending(Exception):
    """A function that did not come back in time; the text says where it stood."""


def bounded(function, seconds):
    """What function() returns or raises. When that takes too long: ends the processes that the run of the tests has
    started since, its own and those of what runs beside it; raises Unending."""
    got = {}

    def call():
        try:
            got["value"] = function()
        except Exception as e:  # whatever it is, it is the caller's
            got["error"] = e
    begun = time.clock_gettime(time.CLOCK_BOOTTIME)
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        frame = sys._current_frames().get(thread.ident)
        where = "".join(traceback.format_stack(frame)) if frame else ""
        for pid, _ in kernel_objects.processes_with(f"GLASSHOUSE_TEST={RUN_ID}".encode()):
            if _started(pid) >= begun:
                _end(pid, os.kill)
        raise Unending(f"not done after {seconds} s; it was at\n{where}")
    if "error" in got:
        raise got["error"]
    return got["value"]


@contextlib.contextmanager
def passable_root():
    """Everybody may pass the root directory meanwhile, as on an installed system: where one was just made by hand it
    is its maker's alone, and neither other users nor zones get anywhere."""
    mode = stat.S_IMODE(os.stat("/").st_mode)
    closed = IS_ROOT and mode & 0o055 != 0o055
    if closed:
        os.chmod("/", mode | 0o055)
    try:
        yield
    finally:
        if closed:
            os.chmod("/", mode)


@contextlib.contextmanager
def groups_of_zones():
    """The control group that all zones are in goes with the last that is installed, and stays where a test is ended before that:
    where there was none before, there is none afterwards."""
    def groups():
        return {*Path("/sys/fs/cgroup").glob("zones"), *Path("/sys/fs/cgroup").glob("*/zones")} if IS_ROOT else set()
    before = groups()
    try:
        yield
    finally:
        for group in groups() - before:
            with contextlib.suppress(OSError):  # somebody's zones are in it
                group.rmdir()
