"""The probes of a program's instructions beside a disassembly of it: boundaries.py DTRACE PROGRAM [ARGUMENTS]

Prints how many offsets have a probe where no instruction begins, and whether nearly all instructions have one: the kernel refuses
some (hlt, prefixes that mean nothing).
"""
import bisect
import re
import subprocess
import sys


def lines(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60, check=True).stdout.splitlines()


def functions(path):
    """(name, address, bytes) of all that the symbol tables name."""
    for line in lines("readelf", "-W", "-s", path):
        parts = line.split()
        if len(parts) >= 8 and parts[3] == "FUNC" and parts[6] != "UND" and int(parts[2], 0):
            yield parts[7].split("@")[0], int(parts[1], 16), int(parts[2], 0)


def disassembled(path):
    """name -> offsets of instructions."""
    found = (re.match(r"^ +([0-9a-f]+):\t", line) for line in lines("objdump", "-d", "--no-show-raw-insn", path))
    at = [int(m[1], 16) for m in found if m]
    offsets = {}
    for name, begin, size in functions(path):
        within = at[bisect.bisect_left(at, begin):bisect.bisect_left(at, begin + size)]
        offsets.setdefault(name, set()).update(a - begin for a in within)
    return offsets


def probed(dtrace, command):
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        listing = lines(dtrace, "-ln", f"pid{child.pid}:a.out::")
    finally:
        child.kill()
        child.wait()
    offsets = {}
    for line in listing[1:]:
        parts = line.split()
        if len(parts) == 5 and re.fullmatch("[0-9a-f]+", parts[4]):
            offsets.setdefault(parts[3], set()).add(int(parts[4], 16))
    return offsets


def main():
    dtrace, *command = sys.argv[1:]
    want, got = disassembled(command[0]), probed(dtrace, command)
    both = [name for name in want if name in got]
    astray = sum(len(got[name] - want[name]) for name in both)
    there = sum(len(got[name] & want[name]) for name in both)
    wanted = sum(len(want[name]) for name in both)
    share = "nearly all" if len(both) > 8 and there > wanted * 0.99 else f"{there} of {wanted}"
    print(f"{astray} astray, {share}")


if __name__ == "__main__":
    main()
