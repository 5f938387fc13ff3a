"""Consumers whose callbacks get the library's own structures.

    def walk(data, arg):
        name = cast(data.contents.dtada_data + 16, c_char_p).value
        print(name, deref(data.contents.dtada_data + 272, c_int).value)
        return 0

    DTraceConsumer(walk_func=walk).run('syscall:::entry { @num[execname] = count(); }', 4)

Names, arguments and behaviour are those of python-dtrace's module of this name; the module dtrace, beside it, hands out
Python values instead. What a callback raises ends the run and is raised there.
"""
import threading
import time
from ctypes import CFUNCTYPE, POINTER, byref, c_char_p, c_int, c_uint, c_void_p, cast

from dtrace_ctypes.dtrace_structs import (DTRACE_WORKSTATUS_DONE, DTRACE_WORKSTATUS_ERROR, dtrace_aggdata, dtrace_bufdata,
                                          dtrace_hdl_t, dtrace_probedata, dtrace_prog_t, dtrace_recdesc)
from glasshouse._library import open_library

CHEW_FUNC = CFUNCTYPE(c_int, POINTER(dtrace_probedata), c_void_p)
CHEWREC_FUNC = CFUNCTYPE(c_int, POINTER(dtrace_probedata), POINTER(dtrace_recdesc), c_void_p)
BUFFERED_FUNC = CFUNCTYPE(c_int, POINTER(dtrace_bufdata), c_void_p)
WALK_FUNC = CFUNCTYPE(c_int, POINTER(dtrace_aggdata), c_void_p)


def _library():
    lib = open_library()
    handle, text = dtrace_hdl_t, c_char_p
    for name, result, args in (
            ("dtrace_open", handle, (c_int, c_int, POINTER(c_int))),
            ("dtrace_close", None, (handle,)),
            ("dtrace_errno", c_int, (handle,)),
            ("dtrace_errmsg", text, (handle, c_int)),
            ("dtrace_setopt", c_int, (handle, text, text)),
            ("dtrace_program_strcompile", dtrace_prog_t, (handle, text, c_int, c_uint, c_int, POINTER(text))),
            ("dtrace_program_exec", c_int, (handle, dtrace_prog_t, c_void_p)),
            ("dtrace_handle_buffered", c_int, (handle, BUFFERED_FUNC, c_void_p)),
            ("dtrace_go", c_int, (handle,)),
            ("dtrace_stop", c_int, (handle,)),
            ("dtrace_sleep", None, (handle,)),
            ("dtrace_work", c_int, (handle, c_void_p, CHEW_FUNC, CHEWREC_FUNC, c_void_p)),
            ("dtrace_aggregate_snap", c_int, (handle,)),
            ("dtrace_aggregate_walk", c_int, (handle, WALK_FUNC, c_void_p)),
            ("dtrace_aggregate_walk_valsorted", c_int, (handle, WALK_FUNC, c_void_p))):
        fn = getattr(lib, name)
        fn.restype, fn.argtypes = result, args
    return lib


LIBRARY = _library()

# ---- what is done when nothing else is said; None as a callback does nothing ----


def simple_chew_func(data, _arg):
    """Says on which CPU a probe fired."""
    print("CPU :", data.contents.dtpda_cpu)
    return 0


def simple_chewrec_func(_data, rec, _arg):
    """Goes on to the next record when there is none left of this one."""
    return 0 if rec else 1


def simple_buffered_out_writer(bufdata, _arg):
    """Prints what the program prints."""
    print("out >", bufdata.contents.dtbda_buffered.strip())
    return 0


def simple_walk(data, _arg):
    """Prints an entry with one string as its key."""
    at = data.contents.dtada_data
    name = cast(at + 16, c_char_p).value.decode(errors="replace")
    print(f"{name:60s} :{deref(at + 272, c_int).value:10d}")
    return 0


def noop_chew_func(_data, _arg):
    return 0


noop_chewrec_func = simple_chewrec_func


def noop_buffered_out_writer(_bufdata, _arg):
    return 0


def noop_walk(_data, _arg):
    return 0


def deref(addr, typ):
    """What lies at an address, as a type of ctypes."""
    return cast(addr, POINTER(typ)).contents


def get_error_msg(handle, err=None):
    """The text of the handle's last error, or of another one."""
    number = LIBRARY.dtrace_errno(handle) if err is None else err
    return LIBRARY.dtrace_errmsg(handle, number).decode(errors="replace")


class Consumer:
    """A handle with its callbacks: what the consumers here and in dtrace share."""

    def __init__(self, chew, chewrec, walk, out):
        self._raised = None
        self.chew = CHEW_FUNC(self._guard(chew, 2))
        self.chew_rec = CHEWREC_FUNC(self._guard(chewrec, 2))
        self.walk = WALK_FUNC(self._guard(walk, -1))
        self.buf_out = BUFFERED_FUNC(self._guard(out, -1))
        err = c_int()
        self.handle = LIBRARY.dtrace_open(3, 0, byref(err))
        if not self.handle:
            raise Exception("Unable to get a DTrace handle. Error=" + get_error_msg(None, err.value))
        for option in (b"bufsize", b"aggsize"):
            self._check(LIBRARY.dtrace_setopt(self.handle, option, b"4m"), "Unable to set an option: ")

    def _guard(self, fn, failed):
        def call(*args):
            try:
                return fn(*args) or 0
            except BaseException as e:
                self._raised = self._raised or e
                return failed
        return call

    def _check(self, result, what):
        if self._raised is not None:
            raised, self._raised = self._raised, None
            raise raised
        if result == DTRACE_WORKSTATUS_ERROR:
            raise Exception(what, get_error_msg(self.handle))
        return result

    def program(self, script, flags):
        program = LIBRARY.dtrace_program_strcompile(self.handle, script.encode(), 3, flags, 0, None)
        if not program:
            raise Exception("Unable to compile the script: ", get_error_msg(self.handle))
        return program

    def go(self, script, flags):
        self._check(LIBRARY.dtrace_handle_buffered(self.handle, self.buf_out, None),
                    "Unable to set the stdout buffered writer.")
        program = self.program(script, flags)
        self._check(LIBRARY.dtrace_program_exec(self.handle, program, None), "Failed to execute: ")
        self._check(LIBRARY.dtrace_go(self.handle), "Failed to run_script: ")

    def sleep(self):
        LIBRARY.dtrace_sleep(self.handle)

    def work(self):
        status = LIBRARY.dtrace_work(self.handle, None, self.chew, self.chew_rec, None)
        return self._check(status, "dtrace_work failed: ")

    def run(self, script, runtime, flags):
        """So many rounds, a second apart, or until exit(); then the aggregations are walked."""
        self.go(script, flags)
        try:
            for _ in range(runtime) if isinstance(runtime, int) else iter(self._until(runtime), False):
                self.sleep()
                if self.work() == DTRACE_WORKSTATUS_DONE:
                    break
                time.sleep(1)
        finally:
            LIBRARY.dtrace_stop(self.handle)
        self.walk_sorted()

    @staticmethod
    def _until(seconds):
        """For a runtime that is no integer: a function that says whether time is left."""
        end = time.monotonic() + seconds
        return lambda: time.monotonic() < end

    def walk_sorted(self):
        self._check(LIBRARY.dtrace_aggregate_walk_valsorted(self.handle, self.walk, None),
                    "Failed to walk the aggregate: ")

    def snap(self):
        self._check(LIBRARY.dtrace_aggregate_snap(self.handle), "Failed to snapshot the aggregate: ")

    def close(self):
        handle, self.handle = self.handle, None
        if handle:
            LIBRARY.dtrace_close(handle)


class DTraceConsumer:
    """Runs a script for some seconds; then walks what it has aggregated."""

    def __init__(self, chew_func=simple_chew_func, chew_rec_func=simple_chewrec_func, walk_func=simple_walk,
                 out_func=simple_buffered_out_writer):
        self._consumer = Consumer(chew_func or noop_chew_func, chew_rec_func or noop_chewrec_func,
                                  walk_func or noop_walk, out_func or noop_buffered_out_writer)
        self.handle = self._consumer.handle

    def __del__(self):
        if hasattr(self, "_consumer"):
            self._consumer.close()

    def run(self, script, runtime=1):
        """runtime: how long, in seconds; exit() in the script ends it before."""
        self._consumer.run(script, runtime, 4)

    run_script = run


class DTraceConsumerThread(threading.Thread):
    """Runs a script in the background until stop(): output and aggregations reach the callbacks as they come."""

    def __init__(self, script, chew_func=simple_chew_func, chew_rec_func=simple_chewrec_func, walk_func=simple_walk,
                 out_func=simple_buffered_out_writer):
        super().__init__()
        self._should_stop = threading.Event()
        self.script = script
        self._consumer = Consumer(chew_func or noop_chew_func, chew_rec_func or noop_chewrec_func,
                                  walk_func or noop_walk, out_func or noop_buffered_out_writer)
        self.handle = self._consumer.handle

    def __del__(self):
        if hasattr(self, "_consumer"):
            self._consumer.close()

    def run(self):
        consumer = self._consumer
        consumer.go(self.script, 4)
        while not self.stopped():
            consumer.sleep()
            done = consumer.work() == DTRACE_WORKSTATUS_DONE
            consumer.snap()
            consumer._check(LIBRARY.dtrace_aggregate_walk(consumer.handle, consumer.walk, None),
                            "Failed to walk the aggregate: ")
            if done:
                break
        LIBRARY.dtrace_stop(consumer.handle)

    def stop(self):
        self._should_stop.set()

    def stopped(self):
        return self._should_stop.is_set()
