"""Tracing from Python: run a D program, read its records, take its aggregations.

    with Session('tick-1s { printf("%d\\n", n++); }', args=(), options={"bufsize": "4m"}) as s:
        for record in s:                  # until exit(), or for ever
            print(record.probe, record.values, record.text)

    with Session('syscall:::entry { @[execname, probefunc] = count(); }') as s:
        s.run(seconds=5)                  # Ctrl-C ends it early, and loses nothing
        s.aggregation()[("cat", "read")]  # a dictionary: keys as they stand between the brackets
        s.aggregation().frame()           # the same for pandas

    async with Session(...) as s:
        async for record in s: ...

Everything of a session is gone from the kernel when it is closed, or when the process ends. A session is used by one
thread at a time; several sessions do not know of each other.
"""
import contextlib
import ctypes
import struct
import time
import warnings
from collections import namedtuple
from ctypes import byref

from . import _library as c

_lib = None


def _library():
    global _lib
    if _lib is None:
        _lib = c.load()
    return _lib


class DTraceError(Exception):
    """What went wrong; diagnostics has every message of a program that does not compile."""

    def __init__(self, text, diagnostics=""):
        super().__init__(text)
        self.diagnostics = diagnostics


class DropWarning(UserWarning):
    """Data was lost, and how much."""


class FaultWarning(UserWarning):
    """A clause failed: a bad address, a division by zero."""


class Probe(namedtuple("Probe", "id provider module function name")):
    """A probe. As text it is its description."""
    __slots__ = ()

    def __str__(self):
        return ":".join(self[1:])


class Stack(tuple):
    """Frames as text, innermost first. As text it is a frame a line."""
    __slots__ = ()

    def __str__(self):
        return "\n".join(self)


class Record(namedtuple("Record", "probe cpu epid stamp values text")):
    """One firing of a clause: values are what trace(), printf() and the others recorded, in order; text is what dtrace
    would print for it. Stamps order the records of all CPUs."""
    __slots__ = ()


Bucket = namedtuple("Bucket", "least greatest count")


class Distribution(tuple):
    """The value of quantize(), lquantize() or llquantize(): its buckets that are not empty, lowest first."""
    __slots__ = ()

    @property
    def count(self):
        return sum(b.count for b in self)

    def percentile(self, p):
        """The greatest value of the bucket where p per cent of all lie at or below; None when there are none."""
        wanted, seen = self.count * p / 100, 0
        for bucket in self:
            seen += bucket.count
            if seen >= wanted:
                return bucket.greatest
        return None


class Aggregation(dict):
    """An aggregation as it was read: its values by their keys, a key alone or a tuple; None where there are no keys.

    count() and sum() give integers, avg() a float, stddev() an integer, distributions a Distribution. Largest last."""

    def __init__(self, name, func, nkeys):
        super().__init__()
        self.name, self.func, self.nkeys = name, func, nkeys

    @property
    def value(self):
        """Of an aggregation without keys; None when nothing was counted."""
        return self.get(None)

    def rows(self):
        """One tuple an entry: its keys, then its value. Distributions have a row for each bucket."""
        for key, value in self.items():
            keys = key if self.nkeys > 1 else () if self.nkeys == 0 else (key,)
            if isinstance(value, Distribution):
                yield from ((*keys, *bucket) for bucket in value)
            else:
                yield (*keys, value)

    def columns(self):
        values = Bucket._fields if self.func.endswith("quantize") else (self.func,)
        return [*(f"key{i}" for i in range(self.nkeys)), *values]

    def frame(self, *names):
        """A pandas DataFrame; names are for the keys."""
        import pandas
        columns = self.columns()
        columns[:len(names)] = names
        return pandas.DataFrame(list(self.rows()), columns=columns)


def _text(b):
    return b.decode(errors="replace") if b else ""


def _strings(texts):
    """An array of C strings that ends in NULL."""
    return (ctypes.c_char_p * (len(texts) + 1))(*(t.encode() for t in texts), None)


_INTS = {(1, False): "B", (1, True): "b", (2, False): "H", (2, True): "h", (4, False): "I", (4, True): "i",
         (8, False): "Q", (8, True): "q"}


class Session:
    """A D program at work. program may be left out and given to compile(), several times.

    args: macro arguments, $1 first. options: as -x takes them; True sets a flag. command: run it, and trace until it
    ends ($target is its process). pid: the same for a process, or several, that is there already. warn: what becomes of
    drops and faults: a function of one text instead of Python's warnings.
    """

    def __init__(self, program=None, *, args=(), options=None, command=None, pid=(), warn=None):
        self._lib = _library()
        err = c.Err()
        self._handle = self._lib.session_new(byref(err))
        if not self._handle:
            raise DTraceError(_text(err.text))
        self.started = self.done = self.interrupted = False
        self._stopping = False
        self._args, self._warn = tuple(map(str, args)), warn
        self._raised = self._current = self._executor = None
        self._records, self._printed = [], []
        self._buffer = ctypes.create_string_buffer(65536)
        try:
            self._hook()
            for name, value in (options or {}).items():
                self.setopt(name, value)
            self._targets = self._take(command, (pid,) if isinstance(pid, int) else pid)
            if program is not None:
                self.compile(program)
        except BaseException:
            self.close()
            raise

    # ---- set-up ----

    def _check(self, result, err, diagnostics=""):
        if self._raised is not None:
            raised, self._raised = self._raised, None
            raise raised
        if result is None or (isinstance(result, int) and result < 0):
            raise DTraceError(_text(err.text), diagnostics)
        return result

    def _open(self):
        if not self._handle:
            raise DTraceError("the session is closed")
        return self._handle

    def _take(self, command, pids):
        err = c.Err()
        if command is not None:
            self._check(self._lib.session_create(self._handle, command.encode(), byref(err)), err)
        for pid in pids:
            self._check(self._lib.session_grab(self._handle, pid, byref(err)), err)
        return bool(command is not None or pids)

    def setopt(self, name, value=None):
        """value as text; True or None sets a flag, False clears it."""
        err = c.Err()
        text = None if value is None or value is True else "no" if value is False else str(value)
        self._check(self._lib.session_setopt(self._open(), name.encode(), text and text.encode(), byref(err)), err)

    def getopt(self, name):
        """A number: bytes, ns, 0 or 1; None when it is not set."""
        err, value = c.Err(), ctypes.c_int64()
        self._check(self._lib.session_getopt(self._open(), name.encode(), byref(value), byref(err)), err)
        return None if value.value == c.UNSET else value.value

    def compile(self, program, filename=None):
        """Compiles a program and enables it. Returns how many probes it matched."""
        data = program.encode()
        argv = _strings(("python", *self._args))
        source = c.Source(text=data, len=len(data), filename=filename and str(filename).encode(),
                          is_file=filename is not None, argc=len(self._args) + 1, argv=argv)
        err, info = c.Err(), c.ProgramInfo()
        compiled = self._lib.session_compile(self._open(), byref(source), byref(err))
        self._check(compiled, err, _text(self._lib.session_errors(self._handle)))
        self._lib.session_enable(self._handle, compiled)
        self._lib.session_program_info(compiled, byref(info))
        return info.matches

    # ---- callbacks: what they raise is raised again by the call that they came from ----

    def _guard(self, fn, failed):
        def call(_, *args):
            try:
                return fn(*args)
            except BaseException as e:
                self._raised = self._raised or e
                return failed
        return call

    def _hook(self):
        self._ops = c.Ops(error=c.ERROR_FN(self._guard(self._on_error, 1)),
                          drop=c.DROP_FN(self._guard(self._on_drop, 1)),
                          warning=c.WARNING_FN(self._guard(self._on_warning, 1)),
                          text=c.TEXT_FN(self._guard(self._on_text, -1)),
                          record=c.RECORD_FN(self._guard(self._on_record, c.ABORT)),
                          action=c.ACTION_FN(self._guard(self._on_action, c.ABORT)), bare=True)
        self._entry_fn = c.ENTRY_FN(self._guard(self._on_entry, c.WALK_ERROR))
        self._lib.session_set_ops(self._handle, byref(self._ops))

    def _say(self, kind, text):
        if self._warn:
            self._warn(text)
        else:
            warnings.warn(text, kind, stacklevel=5)

    def _on_error(self, error):
        self._say(FaultWarning, _text(error.contents.text))
        return 0

    def _on_drop(self, drop):
        d = drop.contents
        self._say(DropWarning, _text(d.text) + (f" (option {_text(d.remedy)} makes more room)" if d.remedy else ""))
        return 0

    def _on_warning(self, text):
        self._say(UserWarning, _text(text))
        return 0

    def _on_record(self, record):
        self._current, self._printed = [], []
        return c.SHOW

    def _on_action(self, record, action):
        if action:
            a = action.contents
            if a.act != c.ACT_EXIT and a.act < c.ACT_FTRUNCATE:
                self._current += (self._value(a.values[i]) for i in range(a.nvalues))
            return c.SHOW
        r = record.contents
        p = r.probe
        probe = Probe(p.id, _text(p.provider), _text(p.module), _text(p.function), _text(p.name))
        self._records.append(Record(probe, r.cpu, r.epid, r.stamp, tuple(self._current), "".join(self._printed)))
        self._current, self._printed = None, []
        return c.SHOW

    def _on_text(self, text):
        self._printed.append(_text(text.contents.text))
        return 0

    # ---- values ----

    def _value(self, v):
        data = ctypes.string_at(v.data, v.size) if v.size else b""
        if v.kind == c.INT:
            return struct.unpack("<" + _INTS[v.size, v.is_signed], data)[0]
        if v.kind == c.STRING:
            return data.decode(errors="replace")
        if v.kind == c.BYTES:
            return data
        text = self._shown(v)
        return Stack(text.split("\n") if text else ()) if v.kind in (c.STACK, c.USTACK) else text

    def _shown(self, v):
        n = self._lib.session_value_text(self._handle, byref(v), self._buffer, len(self._buffer))
        return _text(self._buffer.raw[:min(n, len(self._buffer) - 1)])

    # ---- running ----

    def start(self):
        """Into the kernel; BEGIN runs. The first round of anything else does it too."""
        if self.started:
            return
        err = c.Err()
        self._check(self._lib.session_go(self._open(), byref(err)), err)
        self.started = True

    def _ended(self):
        gone = ctypes.c_int()
        return self._targets and self._lib.session_targets(self._handle, byref(gone)) == 0

    def work(self):
        """One round, if it is due: the records since the last one. done is set after the last."""
        self.start()
        if self._ended():
            self.stop()
        err = c.Err()
        status = self._lib.session_work(self._open(), byref(err))
        self._check(status, err)
        self.done = status == c.STATUS_DONE
        records, self._records = self._records, []
        return records

    def sleep(self, until=None):
        """Until a round is due, a target has ended, or the time (time.monotonic()) has come."""
        while not self._stopping and (until is None or time.monotonic() < until):
            if self._lib.session_sleep(self._open()) == c.WAIT_DUE or self._ended():
                break

    def stop(self):
        """Tracing ends and END runs; the next round is the last."""
        err = c.Err()
        self._check(self._lib.session_stop(self._open(), byref(err)), err)

    def run(self, seconds=None, on_record=None):
        """Traces until exit(), for so many seconds, or until Ctrl-C, and finishes: END has run, everything was read.

        Records go to on_record, or are returned. After a Ctrl-C interrupted is set."""
        end = None if seconds is None else time.monotonic() + seconds
        records = []
        take = records.append if on_record is None else on_record
        try:
            self.start()
            while not self.done:
                for record in self.work():
                    take(record)
                if self.done:
                    break
                self.sleep(end)
                if end is not None and time.monotonic() >= end:
                    self.stop()
        except KeyboardInterrupt:
            self.interrupted = True
            self.stop()
            while not self.done:
                for record in self.work():
                    take(record)
        return records

    def __iter__(self):
        while not self.done:
            yield from self.work()
            if not self.done:
                self.sleep()

    @property
    def exit_status(self):
        """What exit() was given."""
        return self._lib.session_exit_status(self._open())

    # ---- aggregations ----

    def _on_entry(self, entry):
        e = entry.contents
        agg = e.agg.contents
        keys = tuple(self._value(e.keys[i]) for i in range(agg.nkeys))
        key = keys if agg.nkeys > 1 else keys[0] if keys else None
        self._current[key] = self._entry_value(e, agg)
        return self._walked

    def _entry_value(self, e, agg):
        func = c.FUNCS[agg.func]
        if func.endswith("quantize"):
            least, greatest, buckets = ctypes.c_int64(), ctypes.c_int64(), []
            for i in range(min(agg.nbuckets, e.nwords)):
                if e.words[i]:
                    self._lib.session_bucket(e.agg, i, byref(least), byref(greatest))
                    count = ctypes.c_int64(e.words[i]).value
                    buckets.append(Bucket(least.value, greatest.value, count))
            return Distribution(buckets)
        if func == "avg":
            total = ctypes.c_int64(e.words[1]).value
            return total / e.normal / e.words[0] if e.words[0] else 0.0
        return e.value

    def aggregations(self, reset=False):
        """Every aggregation as it is now, by name ("_" is the one without a name). reset: what was read is counted from
        nothing from then on."""
        err, order = c.Err(), c.Order(by=3)
        self._walked = c.WALK_REMOVE if reset else c.WALK_NEXT
        self._check(self._lib.session_snapshot(self._open(), byref(err)), err)
        found = {}
        for i in range(self._lib.session_naggs(self._handle)):
            agg = self._lib.session_agg(self._handle, i).contents
            self._current = found[_text(agg.name)] = Aggregation(_text(agg.name), c.FUNCS[agg.func], agg.nkeys)
            self._check(self._lib.session_walk(self._handle, i, byref(order), self._entry_fn, None, byref(err)), err)
        self._current = None
        return found

    def aggregation(self, name="_", reset=False):
        """One of them."""
        found = self.aggregations(reset)
        if name not in found:
            raise KeyError(f"no aggregation @{name}; there are {', '.join('@' + n for n in found) or 'none'}")
        return found[name]

    # ---- asynchronous use: the session works in a thread of its own, a round at a time ----

    async def _elsewhere(self, fn, *args):
        import asyncio  # most programs do not want it, and it takes longer to load than all of this
        import concurrent.futures
        if not self._executor:
            self._executor = concurrent.futures.ThreadPoolExecutor(1, "glasshouse")
        return await asyncio.get_running_loop().run_in_executor(self._executor, fn, *args)

    def _round(self):
        records = self.work()
        if not records and not self.done:
            self.sleep()
        return records

    async def __aiter__(self):
        while not self.done:
            for record in await self._elsewhere(self._round):
                yield record

    async def snapshot(self, reset=False):
        """aggregations(), between two rounds."""
        return await self._elsewhere(self.aggregations, reset)

    async def __aenter__(self):
        await self._elsewhere(self.start)
        return self

    async def __aexit__(self, *_):
        self._stopping = True
        await self._elsewhere(self.close)
        self._executor.shutdown()

    # ---- end ----

    def close(self):
        handle, self._handle = self._handle, None
        if handle:
            self._lib.session_free(handle)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        if getattr(self, "_handle", None):
            with contextlib.suppress(Exception):
                self.close()


Result = namedtuple("Result", "records aggregations exit_status")


def run(program, seconds=None, **how):
    """Runs a program to its end, for so many seconds, or until Ctrl-C: its records and aggregations. how: as Session
    takes it."""
    with Session(program, **how) as s:
        records = s.run(seconds)
        return Result(records, s.aggregations(), s.exit_status)


def records(program, **how):
    """The records of a program, as they come."""
    with Session(program, **how) as s:
        yield from s


def list_probes(description=""):
    """The probes that a description matches: "syscall::read*:entry"."""
    found, err, pattern = [], c.Err(), c.Probe()

    def keep(_, p):
        p = p.contents
        found.append(Probe(p.id, _text(p.provider), _text(p.module), _text(p.function), _text(p.name)))
        return 0

    with Session() as s:
        s._check(s._lib.session_probe_parse(s._handle, description.encode(), 0, byref(pattern), byref(err)), err)
        s._check(s._lib.session_list(s._handle, byref(pattern), c.PROBE_FN(keep), None, byref(err)), err)
    return found
