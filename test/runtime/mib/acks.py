"""Data that is acknowledged while both ends are open, written down; a window that closes and opens; a connection that says nothing.

usage: acks.py FILE	(in a network namespace of its own)
"""
import fcntl
import socket
import struct
import sys
import time

TIOCOUTQ = 0x5411
end = time.monotonic() + 60


def until(condition, what):
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"acks.py: {what}")
        time.sleep(0.002)


def counter(name):
    with open("/proc/net/netstat") as f:
        names, values = [line.split() for line in f if line.startswith("TcpExt:")]
    return int(values[names.index(name)])


def unacknowledged(s):
    return struct.unpack("i", fcntl.ioctl(s, TIOCOUTQ, b"\0" * 4))[0]


def pair():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname(), timeout=20)
        far, _ = listener.accept()
    far.settimeout(20)
    return near, far


def fill(near):
    """As much as goes, to someone who reads nothing."""
    near.setblocking(False)
    sent = 0
    try:
        while True:
            sent += near.send(b"f" * 65536)
    except BlockingIOError:
        return sent


def window():
    near, far = pair()
    sent = fill(near)
    until(lambda: counter("TCPWinProbe"), "the window is never probed")
    left = sent
    while left:
        left -= len(far.recv(1 << 20))
    until(lambda: not unacknowledged(near), "data is not acknowledged")
    return sent, near, far


def silence():
    near, far = pair()
    near.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
    near.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
    near.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    until(lambda: counter("TCPKeepAlive"), "nothing asks whether the other side is there")
    return near, far


sent, *ends = window()
ends += silence()
for s in ends:
    s.close()
with open(sys.argv[1], "w") as out:
    print(sent, file=out)
