# bombs.py FILE KIND: an archive that does harm by what it unpacks to.
import gzip
import io
import os
import sys
import tarfile

MIB = 1 << 20


def entry(name, contents=b"", **more):
    i = tarfile.TarInfo(name)
    i.size = len(contents)
    for key, value in more.items():
        setattr(i, key, value)
    return i.tobuf(tarfile.GNU_FORMAT) + contents + bytes(-len(contents) % 512)


def bomb(kind):
    """Its parts, in order."""
    if kind == "zeros":  # they take no place, only time
        i = tarfile.TarInfo("zeros")
        i.size = 20 * MIB
        yield i.tobuf(tarfile.GNU_FORMAT)
        for _ in range(20):
            yield bytes(MIB)
    elif kind == "noise":
        yield entry("noise", os.urandom(20 * MIB))
    elif kind == "many":  # one name, again and again
        for _ in range(40):
            yield entry("same") * 1000
    elif kind in ("deep", "deeper"):
        deep = "a/" * (2000 if kind == "deep" else 500)
        yield entry(deep + "f", b"x")
        for k in range(2 if kind == "deeper" else 0):
            yield entry(f"l{k}", type=tarfile.SYMTYPE, linkname=(f"l{k - 1}/" if k else "") + deep)
            yield entry(f"l{k}/{deep}f", b"x")
    else:
        yield entry("file", b"x")
    yield bytes(1024)
    for _ in range(20 if kind == "tail" else 0):
        yield bytes(MIB)


path, kind = sys.argv[1:]
with io.open(path, "wb") if kind == "noise" else gzip.open(path, "wb", 1) as out:
    for part in bomb(kind):
        out.write(part)
