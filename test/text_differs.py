#!/usr/bin/env python3
"""How many bytes of a process's code are not what its executable file says: what breakpoints were written over.

usage: text_differs.py PID...    prints a number for each
"""
import os
import sys


def differs(pid):
    exe = os.path.realpath(f"/proc/{pid}/exe")
    with open(exe, "rb") as f:
        code = f.read()
    n = 0
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as mem:
        for line in maps:
            words = line.split()
            if len(words) != 6 or words[5] != exe or "x" not in words[1]:
                continue
            first, end = (int(a, 16) for a in words[0].split("-"))
            mem.seek(first)
            text = mem.read(end - first)
            n += sum(a != b for a, b in zip(text, code[int(words[2], 16):]))
    return n


if __name__ == "__main__":
    print(*map(differs, sys.argv[1:]))
