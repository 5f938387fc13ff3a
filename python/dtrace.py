"""DTrace consumers with callbacks, as python-dtrace has them.

    from dtrace import DTraceConsumer

    def my_walk(action, identifier, keys, value):
        print(keys, value)

    DTraceConsumer(walk_func=my_walk).run('syscall:::entry { @num[execname] = count(); }', 4)

Programs that were written for python-dtrace run unchanged. Callbacks:

    chew_func(cpu)                              a probe fired
    chewrec_func(action)                        for each action of its clause: the number of the action
    out_func(value)                             what the script prints, as bytes without the blanks around it
    walk_func(action, identifier, keys, value)  an entry of an aggregation: the number of its function, of the variable
                                                (from 1), its keys, its value. Written with three arguments it gets no
                                                action, as in the first versions

Strings are bytes, integers are integers; a quantize() or lquantize() is a list of ((least, greatest), count). A stack is
a list of frames as bytes. Callbacks that are None do nothing; those left out print what they get. An entry that was
walked is counted from nothing afterwards. New programs find more in the package glasshouse.
"""
import inspect
import struct
import threading
import time
from ctypes import POINTER, addressof, c_int, c_int64, c_uint64, cast, create_string_buffer, string_at

from dtrace_ctypes import dtrace_structs as d
from dtrace_ctypes.consumer import LIBRARY, Consumer

__all__ = ["DTraceConsumer", "DTraceContinuousConsumer", "DTraceConsumerThread"]

_INT64_MIN, _INT64_MAX = -1 << 63, (1 << 63) - 1
_ACT_USTACK, _ACT_JSTACK, _ACT_USYM, _ACT_UMOD, _ACT_UADDR = range(0x101, 0x106)
_ACT_STACK, _ACT_SYM, _ACT_MOD = range(0x401, 0x404)
_SYMBOLS = {_ACT_SYM: False, _ACT_MOD: False, _ACT_USYM: True, _ACT_UMOD: True, _ACT_UADDR: True}


class Text(bytes):
    """A string of D: bytes, which a format takes as text all the same."""

    def __format__(self, spec):
        return format(self.decode(errors="replace"), spec)


# ---- entries of aggregations ----


def _words(data, rec):
    """The words of a record's bytes, signed."""
    return cast(data + rec.dtrd_offset, POINTER(c_int64))[:rec.dtrd_size // 8]


def _frame(handle, pid, address):
    out = create_string_buffer(512)
    if pid is None:
        LIBRARY.dtrace_addr2str(handle, c_uint64(address), out, c_int(len(out)))
    else:
        LIBRARY.dtrace_uaddr2str(handle, c_int(pid), c_uint64(address), out, c_int(len(out)))
    return Text(out.value)


def _key(handle, data, rec):
    """A key as Python has it."""
    action, size = rec.dtrd_action, rec.dtrd_size
    if action in _SYMBOLS:
        words = _words(data, rec)
        return _frame(handle, words[0] if _SYMBOLS[action] else None, words[-1])
    if action == _ACT_STACK:
        return [_frame(handle, None, w) for w in _words(data, rec) if w]
    if action in (_ACT_USTACK, _ACT_JSTACK):
        pid, *frames = _words(data, rec)[:(rec.dtrd_arg & 0xffffffff) + 1]
        return [_frame(handle, pid, w) for w in frames if w]
    raw = string_at(data + rec.dtrd_offset, size)
    if size in (1, 2, 4, 8):
        return struct.unpack({1: "b", 2: "h", 4: "i", 8: "q"}[size], raw)[0]
    return Text(raw.split(b"\0", 1)[0])


def _quantize_range(i):
    bound = [0 if n == 63 else -(1 << 62 - n) if n < 63 else 1 << n - 64 for n in (i - 1, i, i + 1)]
    if i < 63:
        return (bound[0] + 1 if i else _INT64_MIN, bound[1])
    return (bound[1], 0 if i == 63 else bound[2] - 1 if i < 126 else _INT64_MAX)


def _lquantize_ranges(parameters):
    base = struct.unpack("i", struct.pack("I", parameters & 0xffffffff))[0]
    levels, step = parameters >> 32 & 0xffff, parameters >> 48 & 0xffff
    bounds = [base + i * step for i in range(levels + 1)]
    return list(zip([_INT64_MIN, *bounds], [*(b - 1 for b in bounds), _INT64_MAX]))


def _llquantize_ranges(parameters):
    factor, low, high, steps = (parameters >> s & 0xffff for s in (48, 32, 16, 0))
    value, bounds = factor ** low, []
    for _ in range(low, high + 1):
        following = value * factor
        step = following // steps if following > steps else 1
        bounds += range(value, following, step)
        value = following
    bounds.append(value)
    return list(zip([_INT64_MIN, *bounds], [*(b - 1 for b in bounds), _INT64_MAX]))


def _value(words, action):
    if action in (d.DTRACEAGG_COUNT, d.DTRACEAGG_SUM, d.DTRACEAGG_MIN, d.DTRACEAGG_MAX):
        return words[0]
    if action == d.DTRACEAGG_AVG:
        return words[1] // words[0] if words[0] else 0
    if action == d.DTRACEAGG_QUANTIZE:
        return [(_quantize_range(i), n) for i, n in enumerate(words)]
    if action == d.DTRACEAGG_LQUANTIZE:
        return list(zip(_lquantize_ranges(words[0] & (1 << 64) - 1), words[1:]))
    if action == d.DTRACEAGG_LLQUANTIZE:
        return list(zip(_llquantize_ranges(words[0] & (1 << 64) - 1), words[1:]))
    raise Exception("Unsupported DTrace aggregation function!")


def _takes_action(walk):
    """Whether a walk function is of the kind with four arguments."""
    try:
        inspect.signature(walk).bind(0, 0, 0, 0)
    except TypeError:
        return False
    except ValueError:  # it cannot be asked
        pass
    return True


def _entry(handle, aggdata):
    """Action, variable, keys and value of an entry."""
    desc = aggdata.dtada_desc.contents
    recs = cast(addressof(desc) + d.dtrace_aggdesc.dtagd_rec.offset, POINTER(d.dtrace_recdesc))
    last = recs[desc.dtagd_nrecs - 1]
    keys = [_key(handle, aggdata.dtada_data, recs[i]) for i in range(1, desc.dtagd_nrecs - 1)]
    return last.dtrd_action, desc.dtagd_varid, keys, _value(_words(aggdata.dtada_data, last), last.dtrd_action)


# ---- what is done when nothing else is said ----


def simple_chew(cpu):
    print("Running on CPU:", cpu)


def simple_chewrec(action):
    print("Called action was:", action)


def simple_out(value):
    print("Value is:", value)


def simple_walk(action, identifier, keys, value):
    print(action, identifier, keys, value)


def _nothing(*_):
    pass


# ---- consumers ----


class _Callbacks(Consumer):
    """The library's structures into the arguments of the callbacks above."""

    def __init__(self, chew, chewrec, out, walk):
        chew, chewrec, out, walk = (fn or _nothing for fn in (chew, chewrec, out, walk))
        four = _takes_action(walk)

        def on_walk(data, _arg):
            entry = _entry(self.handle, data.contents)
            walk(*(entry if four else entry[1:]))
            return d.DTRACE_AGGWALK_REMOVE

        def on_chew(data, _arg):
            chew(data.contents.dtpda_cpu)

        def on_rec(_data, rec, _arg):
            if rec:
                chewrec(rec.contents.dtrd_action)

        def on_out(data, _arg):
            out(data.contents.dtbda_buffered.strip())

        super().__init__(on_chew, on_rec, on_walk, on_out)


class DTraceConsumer:
    """Runs a script for some seconds; then walks what it has aggregated."""

    def __init__(self, chew_func=simple_chew, chewrec_func=simple_chewrec, out_func=simple_out, walk_func=simple_walk):
        self._consumer = _Callbacks(chew_func, chewrec_func, out_func, walk_func)

    def __del__(self):
        if hasattr(self, "_consumer"):
            self._consumer.close()

    def compile(self, script):
        """Raises an exception when the script is wrong."""
        self._consumer.program(script, 0)

    def run(self, script, runtime=1):
        """runtime: how long, in seconds; exit() in the script ends it before."""
        self._consumer.run(script, runtime, 0)

    run_script = run


class DTraceContinuousConsumer:
    """go(), then sleep() and snapshot() for as long as one likes."""

    def __init__(self, script, chew_func=simple_chew, chewrec_func=simple_chewrec, out_func=simple_out,
                 walk_func=simple_walk):
        self.script = script
        self._consumer = _Callbacks(chew_func, chewrec_func, out_func, walk_func)

    def __del__(self):
        if hasattr(self, "_consumer"):
            self._consumer.close()

    def go(self):
        self._consumer.go(self.script, 0)

    def sleep(self):
        """Until there is something for snapshot()."""
        self._consumer.sleep()

    def snapshot(self):
        """Output and aggregations since the last one, to the callbacks. 1 after exit(), else 0."""
        status = self._consumer.work()
        self._consumer.snap()
        self._consumer.walk_sorted()
        return status


class DTraceConsumerThread(threading.Thread):
    """Runs a script in the background until stop() or exit(). sleep: seconds between two snapshots, 0 as they come.
    consume: when False there is one snapshot, at the end."""

    def __init__(self, script, consume=True, chew_func=simple_chew, chewrec_func=simple_chewrec, out_func=simple_out,
                 walk_func=simple_walk, sleep=0):
        super().__init__()
        self._should_stop = threading.Event()
        self.sleep_time = sleep
        self.consume = consume
        self.consumer = DTraceContinuousConsumer(script, chew_func, chewrec_func, out_func, walk_func)

    def run(self):
        self.consumer.go()
        while not self.stopped():
            if self.sleep_time:
                time.sleep(self.sleep_time)
            else:
                self.consumer.sleep()
            if self.consume and self.consumer.snapshot() == d.DTRACE_WORKSTATUS_DONE:
                self.stop()
        if not self.consume:
            self.consumer.snapshot()

    def stop(self):
        self._should_stop.set()

    def stopped(self):
        return self._should_stop.is_set()
