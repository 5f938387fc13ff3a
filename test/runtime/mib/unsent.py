"""unsent.py DEVICE PID: data goes over a connection to the network namespace of a process; the link (DEVICE there) goes down under it, and comes back."""
import ctypes
import socket
import subprocess
import sys
import time

NEWNET, BYTES, PATIENCE, TRIES, OF_INFO = 0x40000000, 10000, 20, 2, 2
device, far = sys.argv[1], sys.argv[2]


def link(state):
    subprocess.run(["nsenter", "-t", far, "-n", "ip", "link", "set", device, state], check=True, timeout=PATIENCE)


def in_namespace(path):
    with open(path) as ns:
        if ctypes.CDLL(None, use_errno=True).setns(ns.fileno(), NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns to {path}")


with open("/proc/self/ns/net") as here:
    in_namespace(f"/proc/{far}/ns/net")
    listener = socket.create_server(("198.51.100.2", 0))  # sockets stay where they are made
    in_namespace(f"/proc/self/fd/{here.fileno()}")
listener.settimeout(PATIENCE)
with socket.create_connection(listener.getsockname(), timeout=PATIENCE) as c:
    server, _ = listener.accept()
    server.settimeout(PATIENCE)
    link("down")
    c.sendall(b"x" * BYTES)
    end = time.monotonic() + PATIENCE
    while c.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8)[OF_INFO] < TRIES:
        assert time.monotonic() < end, "nothing was sent again"
        time.sleep(0.05)
    print("tried")
    link("up")
    got = 0
    while got < BYTES:
        got += len(server.recv(BYTES))
