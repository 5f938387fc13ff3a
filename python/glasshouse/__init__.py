"""Glasshouse for Python.

    import glasshouse

    with glasshouse.Session('syscall:::entry { @[execname] = count(); }') as s:
        s.run(seconds=2)
        print(s.aggregation())

Session and what belongs to it trace (glasshouse.session, over libdtrace.so); glasshouse.usdt makes probes; python3 -m
glasshouse.probes runs a program with probes in every function. Nothing is loaded before it is used.
"""

_TRACING = ("Session", "Record", "Probe", "Aggregation", "Distribution", "Bucket", "Stack", "DTraceError", "DropWarning",
            "FaultWarning", "run", "records", "list_probes")
__all__ = list(_TRACING)


def __getattr__(name):
    if name not in _TRACING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import session
    return getattr(session, name)


def __dir__():
    return sorted([*globals(), *_TRACING])
