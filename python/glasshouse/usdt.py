"""Providers that a Python program makes while it runs: libusdt for Python.

    from glasshouse.usdt import Provider

    jobs = Provider("app", module="jobs")
    start = jobs.probe("job-start", ("char *", "int"), function="run_job")
    jobs.enable()
    if start.enabled:
        start("nightly", 7)

A probe is called with one value for each type: a str or bytes for "char *", an int otherwise. While nobody looks, asking
`enabled` is the cheap way out. Strings must not hold a NUL; what is traced is their UTF-8 form.
"""
import ctypes
import os
from pathlib import Path

__all__ = ["Provider", "Probe", "UsdtError"]

_ARG_MAX = 32


class UsdtError(Exception):
    """What the library says went wrong, or that there is none."""


class _Probe(ctypes.Structure):
    _fields_ = [("looking", ctypes.POINTER(ctypes.c_uint16)), ("place", ctypes.c_void_p)]


class _Probedef(ctypes.Structure):
    _fields_ = [("probe", ctypes.POINTER(_Probe))]  # the fields behind it are not for us


def _candidates():
    """Where the library may be: named by the environment, in the build tree that this file stands in, where the system
    looks."""
    named = os.environ.get("GLASSHOUSE_LIBUSDT")
    if named:
        yield named
    built = Path(__file__).resolve().parents[2] / "build" / "usdt" / "libusdt.so.0"
    if built.exists():
        yield str(built)
    yield "libusdt.so.0"


def _load():
    wrong = ""
    for path in _candidates():
        try:
            lib = ctypes.PyDLL(path)  # keeps the interpreter's lock: every call is short
            break
        except OSError as e:
            wrong = str(e)
    else:
        raise UsdtError(f"libusdt is not installed, and GLASSHOUSE_LIBUSDT does not name it: {wrong}")
    text, pointer = ctypes.c_char_p, ctypes.c_void_p
    for name, result, args in (
        ("usdt_create_provider", pointer, (text, text)),
        ("usdt_create_probe", ctypes.POINTER(_Probedef), (text, text, ctypes.c_size_t, ctypes.POINTER(text))),
        ("usdt_provider_add_probe", ctypes.c_int, (pointer, ctypes.POINTER(_Probedef))),
        ("usdt_provider_enable", ctypes.c_int, (pointer,)),
        ("usdt_provider_disable", ctypes.c_int, (pointer,)),
        ("usdt_errstr", text, (pointer,)),
        ("usdt_hide_built_in", ctypes.c_int, (text,)),
    ):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, args
    return lib


_lib = None


def _library():
    global _lib
    if _lib is None:
        _lib = _load()
    return _lib


class Probe:
    """One probe of a provider; made by Provider.probe()."""

    def __init__(self, definition, types):
        self._definition = definition
        self._prototype = ctypes.PYFUNCTYPE(
            None, *(ctypes.c_char_p if "*" in t or t == "string" else ctypes.c_long for t in types))
        self._fire = None
        self._looking = (ctypes.c_uint16 * 1)()

    def _placed(self):
        probe = self._definition.contents.probe.contents
        self._looking = probe.looking
        self._fire = self._prototype(probe.place)

    def _unplaced(self):
        self._fire = None
        self._looking = (ctypes.c_uint16 * 1)()

    @property
    def enabled(self):
        """Whether a tracer looks at it now."""
        return self._looking[0] != 0

    @property
    def raw(self):
        """The probe as a function of bytes and ints, as fast as it goes; None while the provider is not enabled."""
        return self._fire

    def __call__(self, *values):
        if self._fire is not None:
            self._fire(*(v.encode("utf-8", "replace") if isinstance(v, str) else v for v in values))


class Provider:
    """A provider; module is the name of the object that its probes are shown in. It lives as long as the process."""

    def __init__(self, name, module=None):
        self._lib = _library()
        self._name = name.encode()
        self._provider = self._lib.usdt_create_provider(self._name, (module or name).encode())
        if not self._provider:
            raise MemoryError
        self._probes = []

    def _check(self, result):
        if result != 0:
            raise UsdtError(self._lib.usdt_errstr(self._provider).decode())

    def probe(self, name, types=(), function=None):
        """Adds a probe whose arguments have these C types; function is where it is shown. Before enable()."""
        if len(types) > _ARG_MAX:
            raise ValueError(f"a probe has at most {_ARG_MAX} arguments")
        array = (ctypes.c_char_p * max(len(types), 1))(*(t.encode() for t in types))
        definition = self._lib.usdt_create_probe((function or name).encode(), name.encode(), len(types), array)
        if not definition:
            raise MemoryError
        self._check(self._lib.usdt_provider_add_probe(self._provider, definition))
        probe = Probe(definition, types)
        self._probes.append(probe)
        return probe

    def hide_built_in(self):
        """Keeps tracers from probes of this provider's name that are built into the program; this one's take their
        place. Returns how many places that were."""
        hidden = self._lib.usdt_hide_built_in(self._name)
        if hidden < 0:
            raise UsdtError("built-in probes cannot be hidden")
        return hidden

    def enable(self):
        """Puts the probes where tracers find them."""
        self._check(self._lib.usdt_provider_enable(self._provider))
        for probe in self._probes:
            probe._placed()

    def disable(self):
        """Takes them away. No thread may be firing one."""
        for probe in self._probes:
            probe._unplaced()
        self._check(self._lib.usdt_provider_disable(self._provider))
