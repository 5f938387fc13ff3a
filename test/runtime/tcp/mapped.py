"""A connection of IPv4 to a socket of IPv6, one of IPv6, and a datagram of IPv4 from a socket of IPv6."""
import socket

with socket.create_server(("::", 27095), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
    listener.settimeout(20)
    for to in ("127.0.0.1", "::1"):
        near = socket.create_connection((to, 27095), timeout=20)
        far, _ = listener.accept()
        far.settimeout(20)
        far.sendall(b"hello")
        near.recv(5, socket.MSG_WAITALL)
        near.sendall(b"hello")
        far.recv(5, socket.MSG_WAITALL)
        near.close()
        far.close()
with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
    s.connect(("::ffff:127.0.0.1", 27096))
    s.send(b"hello")
