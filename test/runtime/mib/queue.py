"""Fills a queue with datagrams to a host that is not there, over both versions of IP, and with the beginning of connections."""
import socket

for family, to in ((socket.AF_INET, "192.0.2.2"), (socket.AF_INET6, "2001:db8::2")):
    with socket.socket(family, socket.SOCK_DGRAM) as s:
        for _ in range(50):
            try:
                s.sendto(b"d" * 900, (to, 9))
            except OSError:
                pass
    for _ in range(8):
        with socket.socket(family, socket.SOCK_STREAM) as s:
            s.setblocking(False)
            s.connect_ex((to, 9))
