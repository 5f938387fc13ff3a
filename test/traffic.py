#!/usr/bin/env python3
"""Makes network traffic that is known beforehand.

usage: traffic.py KIND:ADDRESS:PORT[:TIMES[:BYTES]]...	(IPv6 addresses in brackets)

  tcp	TIMES connections, one after the other, to a server of its own: the client sends BYTES and shuts its end, the server
	reads them all, answers with 10 and closes
  refused	a connection to a port that nobody listens on
  abandoned	a connection that is closed with data unread, which resets it
  udp	TIMES datagrams of BYTES, each received before the next is sent
  udp_any	the same, to a socket that is bound to no address
  udp_dual	the same over IPv4, to a socket of IPv6
  udp_peer	the same, to one of two sockets of the port: that which is connected to the sender
  unread	datagrams to a port that nobody has
"""
import re
import socket
import sys
import threading


def family(addr):
    return socket.AF_INET6 if ":" in addr else socket.AF_INET


def listen(addr, port):
    s = socket.socket(family(addr), socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((addr, port))
    s.listen(16)
    return s


def read_all(s):
    n = 0
    while data := s.recv(65536):
        n += len(data)
    return n


def serve(listener, times, size):
    for _ in range(times):
        s, _ = listener.accept()
        if read_all(s) != size:
            sys.exit("traffic.py: bytes were lost")
        s.sendall(b"x" * 10)
        s.close()


def tcp(addr, port, times, size):
    listener = listen(addr, port)
    server = threading.Thread(target=serve, args=(listener, times, size), daemon=True)
    server.start()
    for _ in range(times):
        s = socket.create_connection((addr, port))
        s.sendall(b"a" * size)
        s.shutdown(socket.SHUT_WR)
        read_all(s)
        s.close()
    server.join()
    listener.close()


def refused(addr, port, times, _):
    for _ in range(times):
        s = socket.socket(family(addr), socket.SOCK_STREAM)
        try:
            s.connect((addr, port))
            sys.exit("traffic.py: somebody listens there")
        except ConnectionRefusedError:
            s.close()


def abandoned(addr, port, times, size):
    listener = listen(addr, port)
    for _ in range(times):
        s = socket.create_connection((addr, port))
        peer, _ = listener.accept()
        s.sendall(b"a" * size)
        peer.recv(1)
        peer.close()
        s.close()
    listener.close()


def datagram_socket(kind, addr="", port=0):
    s = socket.socket(kind, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    s.bind((addr, port))
    return s


def send_datagrams(sender, receiver, to, times, size):
    receiver.settimeout(10)
    for _ in range(times):
        sender.sendto(b"z" * size, to)
        receiver.recv(65536)


def udp(addr, port, times, size):
    receiver = datagram_socket(family(addr), addr, port)
    send_datagrams(datagram_socket(family(addr)), receiver, (addr, port), times, size)


def udp_any(addr, port, times, size):
    receiver = datagram_socket(family(addr), "", port)
    send_datagrams(datagram_socket(family(addr)), receiver, (addr, port), times, size)


def udp_dual(addr, port, times, size):
    receiver = datagram_socket(socket.AF_INET6, "", port)
    send_datagrams(datagram_socket(socket.AF_INET), receiver, (addr, port), times, size)


def udp_peer(addr, port, times, size):
    sender = datagram_socket(family(addr), addr)
    other = datagram_socket(family(addr), addr, port)
    receiver = datagram_socket(family(addr), addr, port)
    receiver.connect(sender.getsockname()[:2])
    send_datagrams(sender, receiver, (addr, port), times, size)
    other.close()


def unread(addr, port, times, size):
    for _ in range(times):
        socket.socket(family(addr), socket.SOCK_DGRAM).sendto(b"z" * size, (addr, port))


def main():
    kinds = {f.__name__: f for f in (tcp, refused, abandoned, udp, udp_any, udp_dual, udp_peer, unread)}
    for word in sys.argv[1:]:
        m = re.fullmatch(r"(\w+):(?:\[([^]]*)\]|([^:]*)):(\d+)(?::(\d+))?(?::(\d+))?", word)
        if not m or m[1] not in kinds:
            sys.exit(__doc__)
        kinds[m[1]](m[2] or m[3], int(m[4]), int(m[5] or 1), int(m[6] or 100))


main()
