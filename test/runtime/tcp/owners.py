"""Connections and datagrams whose owners are known: runs dtrace with the program given, and puts names in the place of numbers.

usage: owners.py DTRACE PROGRAM	(it runs itself as owners.py act, as the program's command)

port	who listens			who connects			when
27081	server				parent				all of it before the program
27082	server				parent, before its time;	the listener before the program, accepted by worker, a
					accepted by worker		child of the server
27083	parent, IPv6			parent; the connection is used	while it runs
					by heir, a child of the parent
27084	parent and other		parent				while it runs: whose it will be is not known
27087	parent and server		parent				the same, both listen before the program
27085	datagrams from parent to server					sockets from before
27086	datagrams from parent to parent					while it runs, from 127.0.0.2
"""
import os
import socket
import subprocess
import sys

CONTROL, WAIT = 27079, 60


def bounded(s):
    s.settimeout(WAIT)
    return s


def connect(addr, port):
    return bounded(socket.create_connection((addr, port), WAIT))


def listen(addr, port, **more):
    family = socket.AF_INET6 if ":" in addr else socket.AF_INET
    return bounded(socket.create_server((addr, port), family=family, **more))


def accept(listener):
    return bounded(listener.accept()[0])


def datagrams(addr, port=0):
    s = bounded(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    s.bind((addr, port))
    return s


def greet(s):
    s.sendall(b"hello")


def expect(s):
    if s.recv(5, socket.MSG_WAITALL) != b"hello":
        sys.exit("owners.py: no greeting")


def child(do):
    """Runs do(peer) in a process of its own: its number, and a socket to it."""
    near, far = socket.socketpair()
    pid = os.fork()
    if pid:
        far.close()
        return pid, bounded(near)
    near.close()
    try:
        do(bounded(far))
    finally:
        os._exit(0)


def reap(pid, to):
    greet(to)
    os.waitpid(pid, 0)


def work(listener):
    """The worker: accepts one connection of its parent's listener, and answers."""
    def worker(_):
        s = accept(listener)
        greet(s)
        expect(s)
        greet(s)
        s.recv(1)
        s.close()
    return worker


def server(parent):
    first, second, own = listen("127.0.0.1", 27081), listen("127.0.0.1", 27082), datagrams("127.0.0.1", 27085)
    shared = listen("127.0.0.1", 27087, reuse_port=True)
    greet(parent)
    s = accept(first)
    greet(s)
    expect(parent)
    greet(s)
    expect(s)
    own.recv(16)
    pid, _ = child(work(second))
    greet(parent)
    parent.sendall(b"%8d" % pid)
    os.waitpid(pid, 0)
    expect(parent)
    shared.close()


def other(parent):
    listener = listen("127.0.0.1", 27084, reuse_port=True)
    greet(parent)
    expect(parent)
    listener.close()


def heir(s):
    def use(peer):
        greet(s)
        expect(peer)
    return use


def act_through_server(to_server, s, own):
    greet(to_server)
    expect(s)
    greet(s)
    own.sendto(b"hello", ("127.0.0.1", 27085))
    expect(to_server)
    worker = int(to_server.recv(8, socket.MSG_WAITALL))
    s = connect("127.0.0.1", 27082)
    expect(s)
    greet(s)
    expect(s)
    s.close()
    return worker


def act_alone():
    listener = listen("::1", 27083)
    s = connect("::1", 27083)
    far = accept(listener)
    pid, to = child(heir(s))
    expect(far)
    reap(pid, to)
    shared = listen("127.0.0.1", 27084, reuse_port=True)
    sharing, to = child(other)
    expect(to)
    waiting = [connect("127.0.0.1", port) for port in (27084, 27087)]
    near, far = datagrams("127.0.0.2"), datagrams("127.0.0.1", 27086)
    near.sendto(b"hello", ("127.0.0.1", 27086))
    expect(far)
    reap(sharing, to)
    return pid, shared, waiting


def act():
    s = connect("127.0.0.1", CONTROL)
    greet(s)
    s.recv(1)


def main():
    if sys.argv[1] == "act":
        return act()
    control = listen("127.0.0.1", CONTROL)
    serving, to_server = child(server)
    expect(to_server)
    shared = listen("127.0.0.1", 27087, reuse_port=True)
    s, own = connect("127.0.0.1", 27081), datagrams("127.0.0.1")
    expect(s)
    command = f"{sys.executable} -I {sys.argv[0]} act"
    tracing = subprocess.Popen([sys.argv[1], "-qs", sys.argv[2], "-c", command], stdout=subprocess.PIPE, text=True)
    acting = accept(control)
    expect(acting)
    names = {-1: "nobody", os.getpid(): "parent", serving: "server"}
    names[act_through_server(to_server, s, own)] = "worker"
    using, *kept = act_alone()
    names[using] = "heir"
    acting.close()
    out, _ = tracing.communicate(timeout=WAIT)
    reap(serving, to_server)
    del kept, shared
    for line in out.strip().splitlines():
        port, *what, pid = line.split()
        print(port, *what, names.get(int(pid), pid))


main()
