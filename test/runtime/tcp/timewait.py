"""Ends connections to port 27021 in several ways; writes how many wait then, as the kernel lists them, to the file named."""
import socket
import struct
import sys
import time

TCP_LINGER2, FIN_WAIT2, TIME_WAIT = 8, 5, "06"


def pair():
    near = socket.create_connection(("127.0.0.1", 27021))
    near.settimeout(10)
    far, _ = server.accept()
    far.settimeout(10)
    return near, far


def end(near):
    """The other side acknowledges it, which may take a while."""
    near.shutdown(socket.SHUT_WR)
    until = time.monotonic() + 10
    while near.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != FIN_WAIT2:
        if time.monotonic() > until:
            sys.exit("the end of a connection is not acknowledged")
        time.sleep(0.001)


def ends_when_the_other_does():
    near, far = pair()
    end(near)
    far.recv(1)
    far.close()
    near.recv(1)
    near.close()


def is_done_with_it():
    near, far = pair()
    near.close()
    far.recv(1)
    far.close()


def is_reset():
    near, far = pair()
    end(near)
    far.recv(1)
    far.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    far.close()
    try:
        near.recv(1)
    except ConnectionResetError:
        near.close()


def does_not_wait():
    near, far = pair()
    near.setsockopt(socket.IPPROTO_TCP, TCP_LINGER2, -1)
    end(near)
    far.recv(1)
    near.close()
    far.close()


server = socket.create_server(("127.0.0.1", 27021))
for _ in range(3):
    ends_when_the_other_does()
for _ in range(4):
    is_done_with_it()
for _ in range(2):
    is_reset()
does_not_wait()
with open("/proc/net/tcp") as table, open(sys.argv[1], "w") as out:
    rows = [line.split() for line in table][1:]
    print(sum(r[3] == TIME_WAIT for r in rows), "wait", file=out)
