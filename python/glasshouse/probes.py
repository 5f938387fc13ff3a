"""The python provider for any Python program, without a change to it.

    python3 -m glasshouse.probes [--wait[=SECONDS]] PROGRAM [ARGUMENT ...]
    python3 -m glasshouse.probes -m MODULE [ARGUMENT ...]
    python3 -m glasshouse.probes -c COMMAND [ARGUMENT ...]
    GLASSHOUSE_PYTHON_PROBES=1 python3 PROGRAM ...	where the package is installed

Probes, as dtrace -n 'python*:::' -l lists them:

    function-entry   (char *file, char *function, int line)	a Python function, or a generator, goes on
    function-return  (char *file, char *function, int line)	it returns, yields, or an exception leaves it
    line             (char *file, char *function, int line)	a new line is reached
    exception        (char *file, char *function, int line, char *type)	an exception is raised or passes through
    gc-start         (int generation)
    gc-done          (long collected)

CPython's own probes of these names, where a distribution builds them in, tell less: since 3.11 function__entry fires only
when an exception is thrown into a frame, and from 3.13 on there are none. In a program that runs with these probes
those are hidden, so that nothing fires twice.

How: the probes are made by libusdt. A thread looks ten times a second whether a tracer has raised a probe's counter; only
then does the interpreter call back at calls (sys.setprofile's mechanism) or at lines (sys.settrace's), in all threads, and
only as long. A program that has a profiler or a debugger of its own keeps it while nobody traces, and loses it then.
"""
import ctypes
import gc
import os
import runpy
import sys
import threading
import time

from glasshouse import usdt

__all__ = ["start", "wait", "main"]

_PERIOD_S = 0.1
_CALL, _EXCEPTION, _LINE, _RETURN = 0, 1, 2, 3  # PyTrace_CALL and so on

# What runs the program is not the program.
_HIDDEN = {__file__, usdt.__file__, runpy.__file__, "<frozen runpy>"}


class _Interpreter:
    """Callbacks of the interpreter in every thread, those that run already included."""

    _FUNCTION = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.py_object, ctypes.c_int, ctypes.c_void_p)

    def __init__(self, on_event):
        self._callback = self._FUNCTION(on_event)
        self.left_alone = None

    @staticmethod
    def _threads():
        """Addresses of the thread states. The interpreter's lock is held, so none comes or goes."""
        api = ctypes.pythonapi
        api.PyInterpreterState_Get.restype = ctypes.c_void_p
        for f in (api.PyInterpreterState_ThreadHead, api.PyThreadState_Next):
            f.restype, f.argtypes = ctypes.c_void_p, (ctypes.c_void_p,)
        state = api.PyInterpreterState_ThreadHead(api.PyInterpreterState_Get())
        while state:
            yield state
            state = api.PyThreadState_Next(state)

    def _set(self, setter, on):
        setter.restype, setter.argtypes = ctypes.c_int, (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
        function = ctypes.cast(self._callback, ctypes.c_void_p) if on else None
        for state in self._threads():
            if state != self.left_alone:
                setter(state, function, None)

    def leave_alone(self):
        """This thread is not to be called back."""
        ctypes.pythonapi.PyThreadState_Get.restype = ctypes.c_void_p
        self.left_alone = ctypes.pythonapi.PyThreadState_Get()

    def calls(self, on):
        self._set(ctypes.pythonapi._PyEval_SetProfile, on)

    def lines(self, on):
        self._set(ctypes.pythonapi._PyEval_SetTrace, on)


class _Probes:
    def __init__(self):
        place = ("char *", "char *", "int")
        self.provider = usdt.Provider("python", module="python")
        self.entry = self.provider.probe("function-entry", place)
        self.exit = self.provider.probe("function-return", place)
        self.line = self.provider.probe("line", place)
        self.exception = self.provider.probe("exception", place + ("char *",))
        self.gc_start = self.provider.probe("gc-start", ("int",))
        self.gc_done = self.provider.probe("gc-done", ("long",))
        self.provider.hide_built_in()
        self.provider.enable()
        self._names = {}  # code object -> (file, function) in bytes, None for what is hidden
        self._calls = _Interpreter(self._on_call)
        self._lines = _Interpreter(self._on_line)
        self._calling = self._tracing = self._collecting = False
        self._threads = 0
        self._lock = threading.Lock()

    # ---- events ----

    def _where(self, code):
        try:
            return self._names[code]
        except KeyError:
            names = None
            if code.co_filename not in _HIDDEN:
                names = (code.co_filename.encode("utf-8", "replace"), code.co_name.encode("utf-8", "replace"))
            self._names[code] = names
            return names

    def _on_call(self, _, frame, what, value):
        if what == _CALL or what == _RETURN:
            names = self._where(frame.f_code)
            if names:
                fire = self.entry.raw if what == _CALL else self.exit.raw
                fire(names[0], names[1], frame.f_lineno or frame.f_code.co_firstlineno)
        return 0

    def _on_line(self, _, frame, what, value):
        if what == _LINE or what == _EXCEPTION:
            names = self._where(frame.f_code)
            if names and what == _LINE:
                self.line.raw(names[0], names[1], frame.f_lineno or 0)
            elif names:
                kind = ctypes.cast(value, ctypes.py_object).value[0]
                self.exception.raw(names[0], names[1], frame.f_lineno or 0, kind.__name__.encode("utf-8", "replace"))
        return 0

    def _on_gc(self, phase, info):
        if phase == "start":
            self.gc_start(info["generation"])
        else:
            self.gc_done(info["collected"])

    # ---- looking whether somebody looks ----

    @property
    def active(self):
        """Whether the interpreter calls back for somebody who looks."""
        return self._calling or self._tracing or self._collecting

    def adjust(self):
        """Makes the interpreter call back for what is looked at, and for nothing else."""
        with self._lock:
            calling = self.entry.enabled or self.exit.enabled
            tracing = self.line.enabled or self.exception.enabled
            collecting = self.gc_start.enabled or self.gc_done.enabled
            threads = threading.active_count() if calling or tracing else 0
            if calling != self._calling or (calling and threads != self._threads):
                self._calls.calls(calling)
            if tracing != self._tracing or (tracing and threads != self._threads):
                self._lines.lines(tracing)
            if collecting != self._collecting:
                (gc.callbacks.append if collecting else gc.callbacks.remove)(self._on_gc)
            threading.setprofile(self._new_thread if calling or tracing else None)
            self._calling, self._tracing, self._collecting, self._threads = calling, tracing, collecting, threads

    def _new_thread(self, frame, event, _):
        """The first event of a thread that starts while somebody looks: gives it the callbacks."""
        sys.setprofile(None)
        self._threads = -1
        self.adjust()
        if event == "call" and self._calling:
            self._on_call(None, frame, _CALL, None)

    def forked(self):
        """In a child process, whose only thread is this one."""
        self._lock = threading.Lock()
        self._threads = -1

    def watch(self):
        self._calls.leave_alone()
        self._lines.leave_alone()
        while True:
            time.sleep(_PERIOD_S)
            self.adjust()


_probes = None


def start():
    """Publishes the provider in this process, once. Children made by os.fork() have it as well."""
    global _probes
    if _probes is not None:
        return
    _probes = _Probes()
    _watch()
    os.register_at_fork(after_in_child=_forked)


def _forked():
    _probes.forked()
    _watch()


def _watch():
    threading.Thread(target=_probes.watch, name="glasshouse.probes", daemon=True).start()


def wait(seconds=None):
    """Waits until a tracer looks at one of the probes, at most so many seconds. Returns whether one does."""
    start()
    end = None if seconds is None else time.monotonic() + seconds
    while not _probes.active:
        if end is not None and time.monotonic() >= end:
            return False
        time.sleep(0.01)
    return True


def _usage(status):
    print(__doc__.split("\n\n")[1], file=sys.stderr if status else sys.stdout)
    return status


def main(argv):
    """The command: runs a program, a module or a command with the probes."""
    waits, seconds = False, None
    while argv and argv[0].startswith("--"):
        option, _, value = argv.pop(0).partition("=")
        if option == "--help":
            return _usage(0)
        if option != "--wait" or (value and not value.replace(".", "", 1).isdigit()):
            return _usage(2)
        waits, seconds = True, float(value) if value else None
    if not argv or (argv[0] in ("-m", "-c") and len(argv) < 2):
        return _usage(2)
    start()
    if waits:
        wait(seconds)
    if argv[0] == "-m":
        sys.argv = argv[1:]
        runpy.run_module(argv[1], run_name="__main__", alter_sys=True)
    elif argv[0] == "-c":
        sys.argv = ["-c"] + argv[2:]
        sys.path.insert(0, "")
        exec(compile(argv[1], "<string>", "exec"), {"__name__": "__main__", "__builtins__": __builtins__})
    else:
        sys.argv = argv
        sys.path.insert(0, os.path.dirname(os.path.abspath(argv[0])))
        runpy.run_path(argv[0], run_name="__main__")
    return 0


if __name__ == "__main__":
    from glasshouse import probes  # the one instance, whoever imports it
    sys.exit(probes.main(sys.argv[1:]))
