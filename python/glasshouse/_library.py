"""libdtrace.so by ctypes: the structures and functions of glasshouse/dtrace.h that the package uses.

A test compares the structures with those of the header.
"""
import ctypes
import os
import sysconfig
from ctypes import (CFUNCTYPE, POINTER, Structure, c_bool, c_char, c_char_p, c_int, c_int32, c_int64, c_size_t, c_uint16,
                    c_uint32, c_uint64, c_void_p)
from pathlib import Path


class Err(Structure):
    _fields_ = [("code", c_int), ("text", c_char * 512)]


class Source(Structure):
    _fields_ = [("text", c_char_p), ("len", c_size_t), ("filename", c_char_p), ("level", c_int), ("is_file", c_bool),
                ("argc", c_int), ("argv", POINTER(c_char_p)), ("cpp", c_bool), ("flags", POINTER(c_char_p))]


class ProgramInfo(Structure):
    _fields_ = [("attributes", c_char * 6), ("matches", c_uint32), ("aggregations", c_uint32),
                ("recording", c_uint32), ("speculations", c_uint32)]


class Probe(Structure):
    _fields_ = [("id", c_uint32), ("provider", c_char_p), ("module", c_char_p), ("function", c_char_p),
                ("name", c_char_p)]


class Value(Structure):
    _fields_ = [("kind", c_int), ("shown_as", c_int), ("is_signed", c_bool), ("size", c_uint32), ("d_size", c_uint32),
                ("arg", c_uint64), ("data", c_void_p)]


class Action(Structure):
    _fields_ = [("act", c_int), ("format", c_char_p), ("values", POINTER(Value)), ("nvalues", c_uint32),
                ("aggs", POINTER(c_uint32)), ("naggs", c_uint32)]


class Record(Structure):
    _fields_ = [("probe", Probe), ("clause", c_uint32), ("epid", c_uint32), ("cpu", c_int), ("stamp", c_uint64),
                ("flow", c_int), ("prefix", c_char_p), ("indent", c_int), ("actions", POINTER(Action)),
                ("nactions", c_uint32)]


class Agg(Structure):
    _fields_ = [("id", c_uint32), ("name", c_char_p), ("func", c_int), ("is_signed", c_bool), ("printed", c_bool),
                ("base", c_int32), ("limit", c_int32), ("step", c_uint16), ("factor", c_uint16), ("low", c_uint16),
                ("high", c_uint16), ("steps", c_uint16), ("nkeys", c_uint32), ("nbuckets", c_uint32)]


class Entry(Structure):
    _fields_ = [("agg", POINTER(Agg)), ("keys", POINTER(Value)), ("words", POINTER(c_uint64)), ("nwords", c_uint32),
                ("value", c_int64), ("normal", c_uint64), ("index", c_uint32)]


class Order(Structure):
    _fields_ = [("by", c_int), ("reverse", c_bool), ("across", c_bool)]


class Error(Structure):
    _fields_ = [("probe", Probe), ("cpu", c_int), ("epid", c_uint64), ("action", c_uint64), ("offset", c_uint64),
                ("fault", c_uint64), ("address", c_uint64), ("text", c_char_p)]


class Drop(Structure):
    _fields_ = [("kind", c_int), ("cpu", c_int), ("count", c_uint64), ("total", c_uint64), ("text", c_char_p),
                ("remedy", c_char_p)]


class Text(Structure):
    _fields_ = [("text", c_char_p), ("bytes", c_size_t), ("record", POINTER(Record)), ("action", POINTER(Action)),
                ("entry", POINTER(Entry)), ("part", c_int), ("key", c_uint32), ("last", c_bool)]


ERROR_FN = CFUNCTYPE(c_int, c_void_p, POINTER(Error))
DROP_FN = CFUNCTYPE(c_int, c_void_p, POINTER(Drop))
WARNING_FN = CFUNCTYPE(c_int, c_void_p, c_char_p)
TEXT_FN = CFUNCTYPE(c_int, c_void_p, POINTER(Text))
RECORD_FN = CFUNCTYPE(c_int, c_void_p, POINTER(Record))
ACTION_FN = CFUNCTYPE(c_int, c_void_p, POINTER(Record), POINTER(Action))
OPTION_FN = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int64, c_int64)
FILE_FN = CFUNCTYPE(c_int, c_void_p, c_char_p)
ENTRY_FN = CFUNCTYPE(c_int, c_void_p, POINTER(Entry))
PROBE_FN = CFUNCTYPE(c_int, c_void_p, POINTER(Probe))


class Ops(Structure):
    _fields_ = [("error", ERROR_FN), ("drop", DROP_FN), ("warning", WARNING_FN), ("text", TEXT_FN),
                ("record", RECORD_FN), ("action", ACTION_FN), ("option", OPTION_FN), ("file", FILE_FN),
                ("arg", c_void_p), ("explain", c_bool), ("bare", c_bool)]


STRUCTS = {"err": Err, "session_source": Source, "session_program_info": ProgramInfo, "session_probe": Probe,
           "session_value": Value, "session_action": Action, "session_record": Record, "session_agg": Agg,
           "session_entry": Entry, "session_order": Order, "session_error": Error, "session_drop": Drop,
           "session_text": Text, "session_ops": Ops}

# enum session_value_kind
INT, STRING, BYTES, STACK, USTACK, ADDRESS, USER_ADDRESS = range(7)
# enum session_act
ACT_EXIT, ACT_FTRUNCATE = 16, 19
# enum session_agg_func
FUNCS = ("count", "sum", "avg", "min", "max", "stddev", "quantize", "lquantize", "llquantize")
# enum session_then, session_wait, session_status, session_walked
SHOW, SKIP, ABORT = range(3)
WAIT_MORE, WAIT_DUE, WAIT_SIGNAL = range(3)
STATUS_ERROR, STATUS_OKAY, STATUS_DONE = -1, 0, 1
WALK_ERROR, WALK_NEXT, WALK_STOP, WALK_CLEAR, WALK_REMOVE = range(-1, 4)
ALL_AGGS = -1
UNSET = -1 << 63

_FUNCTIONS = (
    ("session_new", c_void_p, (POINTER(Err),)),
    ("session_free", None, (c_void_p,)),
    ("session_setopt", c_int, (c_void_p, c_char_p, c_char_p, POINTER(Err))),
    ("session_getopt", c_int, (c_void_p, c_char_p, POINTER(c_int64), POINTER(Err))),
    ("session_compile", c_void_p, (c_void_p, POINTER(Source), POINTER(Err))),
    ("session_errors", c_char_p, (c_void_p,)),
    ("session_enable", None, (c_void_p, c_void_p)),
    ("session_program_info", None, (c_void_p, POINTER(ProgramInfo))),
    ("session_list", c_int, (c_void_p, POINTER(Probe), PROBE_FN, c_void_p, POINTER(Err))),
    ("session_probe_parse", c_int, (c_void_p, c_char_p, c_int, POINTER(Probe), POINTER(Err))),
    ("session_value_text", c_size_t, (c_void_p, POINTER(Value), c_void_p, c_size_t)),
    ("session_bucket", None, (POINTER(Agg), c_uint32, POINTER(c_int64), POINTER(c_int64))),
    ("session_naggs", c_uint32, (c_void_p,)),
    ("session_agg", POINTER(Agg), (c_void_p, c_uint32)),
    ("session_snapshot", c_int, (c_void_p, POINTER(Err))),
    ("session_walk", c_int, (c_void_p, c_int, POINTER(Order), ENTRY_FN, c_void_p, POINTER(Err))),
    ("session_clear", None, (c_void_p, c_uint32)),
    ("session_set_ops", None, (c_void_p, POINTER(Ops))),
    ("session_go", c_int, (c_void_p, POINTER(Err))),
    ("session_sleep", c_int, (c_void_p,)),
    ("session_work", c_int, (c_void_p, POINTER(Err))),
    ("session_stop", c_int, (c_void_p, POINTER(Err))),
    ("session_exit_status", c_int, (c_void_p,)),
    ("session_create", c_int, (c_void_p, c_char_p, POINTER(Err))),
    ("session_grab", c_int, (c_void_p, c_int, POINTER(Err))),
    ("session_targets", c_uint32, (c_void_p, POINTER(c_int))),
)


def candidates():
    """Where the library may be: named by the environment, in the build tree that this file stands in, in the installation
    that it is part of (PREFIX/lib/python3.x/dist-packages), where the system looks."""
    named = os.environ.get("GLASSHOUSE_LIBDTRACE")
    if named:
        yield named
    tree, prefix = Path(__file__).resolve().parents[2], Path(__file__).resolve().parents[3]
    multiarch = sysconfig.get_config_var("MULTIARCH") or ""
    for folder in (tree / "build" / "lib", prefix / multiarch, prefix):
        if (folder / "libdtrace.so.1").exists():
            yield str(folder / "libdtrace.so.1")
    yield "libdtrace.so.1"


def open_library():
    """The library, its functions undeclared. Calls let other threads of Python run."""
    wrong = ""
    for path in candidates():
        try:
            return ctypes.CDLL(path)
        except OSError as e:
            wrong = str(e)
    raise OSError(f"libdtrace is not installed, and GLASSHOUSE_LIBDTRACE does not name it: {wrong}")


def load():
    lib = open_library()
    for name, result, args in _FUNCTIONS:
        fn = getattr(lib, name)
        fn.restype, fn.argtypes = result, args
    return lib
