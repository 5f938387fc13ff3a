#!/usr/bin/env python3
"""Writes the type information of a kernel module that there is not: test/btf_module.py FILE [EVENT].

It has one tracepoint, our_event or EVENT(struct our_thing *thing, int count), with struct our_thing { int weight; }.
Its ids and strings continue those of the kernel's own, as Documentation/bpf/btf.rst says.
"""
import struct
import sys
from pathlib import Path

INT, PTR, STRUCT, TYPEDEF, FUNC, FUNC_PROTO = 1, 2, 4, 8, 12, 13
TAIL = {1: (4, 0), 3: (12, 0), 4: (0, 12), 5: (0, 12), 6: (0, 8), 13: (0, 8), 14: (4, 0), 15: (0, 12), 17: (4, 0),
        19: (0, 12)}  # kind: bytes behind its record, and for each of its parts


def kernel():
    """How many types the kernel has, how many bytes of strings, and which of the types is int."""
    blob = Path("/sys/kernel/btf/vmlinux").read_bytes()
    head, at, types, strings, nstrings = struct.unpack_from("<4xIIIII", blob)
    n, pos, end, an_int = 0, head + at, head + at + types, 0
    while pos < end:
        name, info, _ = struct.unpack_from("<III", blob, pos)
        kind, n = info >> 24 & 31, n + 1
        if kind == INT and blob[head + strings + name:].startswith(b"int\0"):
            an_int = n
        fixed, each = TAIL.get(kind, (0, 0))
        pos += 12 + fixed + each * (info & 0xffff)
    return n, nstrings, an_int


class Blob:
    def __init__(self, ntypes, nstrings):
        self.next, self.first_string = ntypes + 1, nstrings
        self.types, self.strings = b"", b"\0"

    def name(self, text):
        at = self.first_string + len(self.strings)
        self.strings += text.encode() + b"\0"
        return at

    def add(self, name, kind, size_or_type, parts=()):
        """parts: tuples of words. Returns the id."""
        self.types += struct.pack("<III", self.name(name) if name else 0, kind << 24 | len(parts), size_or_type)
        self.types += b"".join(struct.pack(f"<{len(p)}I", *p) for p in parts)
        self.next += 1
        return self.next - 1

    def bytes(self):
        head = struct.pack("<HBBIIIII", 0xeb9f, 1, 0, 24, 0, len(self.types), len(self.types), len(self.strings))
        return head + self.types + self.strings


def main(path, event="our_event"):
    ntypes, nstrings, an_int = kernel()
    b = Blob(ntypes, nstrings)
    thing = b.add("our_thing", STRUCT, 4, [(b.name("weight"), an_int, 0)])
    parameters = [(b.name("__data"), b.add("", PTR, 0)), (b.name("thing"), b.add("", PTR, thing)),
                  (b.name("count"), an_int)]
    proto = b.add("", FUNC_PROTO, 0, parameters)
    b.add(f"btf_trace_{event}", TYPEDEF, b.add("", PTR, proto))
    b.add(f"__traceiter_{event}", FUNC, proto)
    Path(path).write_bytes(b.bytes())


if __name__ == "__main__":
    main(*sys.argv[1:])
