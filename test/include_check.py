#!/usr/bin/env python3
"""Compares the includes of the sources with the table of folders in doc/architecture.md.

The table has three columns: folder, purpose, and the folders it may include. A folder may always
include itself. "dtrace/bpf/image.h" in the last column permits that one header. Run without
arguments it prints what is wrong; the test runner calls check().
"""
import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
ROW = re.compile(r"^\| *`([^`|]+)` *\|[^|]*\|([^|]*)\| *$", re.M)


def read_table(text):
    """folder -> set of folders and headers it may include; the folders in the order of the table."""
    table = {}
    for folder, allowed in ROW.findall(text):
        table[folder.rstrip("/")] = {name.rstrip("/") for name in re.findall(r"`([^`]+)`", allowed)}
    return table


def check(src):
    table = read_table((src / "doc/architecture.md").read_text())
    if not table:
        return ["doc/architecture.md: no table of folders found"]
    wrong = []
    for folder, allowed in table.items():
        if not (src / folder).is_dir():
            wrong.append(f"doc/architecture.md: there is no folder {folder}")
        for name in allowed:
            if not (src / name).exists():
                wrong.append(f"doc/architecture.md: {folder} may include {name}, which does not exist")
    sources = [p for top in ("base", "dtrace", "broker", "zone", "analytics") for p in sorted((src / top).rglob("*.[ch]"))]
    used = {}
    for path in sources:
        folder = str(path.parent.relative_to(src))
        if folder not in table:
            wrong.append(f"{folder}: not in the table of doc/architecture.md")
            continue
        for header in INCLUDE.findall(path.read_text()):
            if not (src / header).exists():
                wrong.append(f'{path.relative_to(src)}: "{header}" is not a path from the root of the sources')
                continue
            target = str(Path(header).parent)
            permitted = header if header in table[folder] else target
            used.setdefault(folder, set()).add(permitted)
            if target != folder and permitted not in table[folder]:
                wrong.append(f"{path.relative_to(src)}: {folder} may not include {header}")
    # The table promises no more than is so: an arrow that nothing uses is an invitation.
    for folder, allowed in table.items():
        for name in sorted(allowed - used.get(folder, set())):
            wrong.append(f"doc/architecture.md: {folder} no longer includes {name}; take it out")
    return wrong


if __name__ == "__main__":
    problems = check(Path(__file__).resolve().parent.parent)
    print("\n".join(problems))
    sys.exit(1 if problems else 0)
