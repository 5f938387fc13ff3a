"""zoneadm top on a terminal of its own: it takes the screen, shows the zone within the width, leaves at a q, and all is as before.

usage: top.py ZONEADM ROOT ZONE
"""
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios


def main():
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 12, 40, 0, 0))
    before = termios.tcgetattr(inner)
    top = subprocess.Popen([sys.argv[1], "-R", sys.argv[2], "top", "-d", "0.2"], stdin=inner, stdout=inner, stderr=inner)
    seen = b""
    while seen.count(b"\x1b[J") < 2 and select.select([outer], [], [], 20)[0]:
        seen += os.read(outer, 65536)
    os.write(outer, b"q")
    print("ended", top.wait(20))
    while select.select([outer], [], [], 0.1)[0]:
        seen += os.read(outer, 65536)
    text = seen.replace(b"\x1b[K", b"").decode()
    print("screen", text.startswith("\x1b[?1049h"), text.endswith("\x1b[?1049l"), termios.tcgetattr(inner) == before)
    lines = text.split("\r\n")
    print("zone", any(line.startswith(sys.argv[3]) for line in lines), max(len(l.split("\x1b[H")[-1]) for l in lines[1:-1]))


main()
