"""Sends known amounts of data over TCP, UDP and raw sockets of this network namespace, and writes down what the counters must have risen by."""
import socket
import struct
import sys

ECHO = struct.pack("!BBHHH", 8, 0, 0, 7, 1)


def checksum(packet):
    total = sum(struct.unpack(f"!{len(packet) // 2}H", packet))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def tcp(size):
    """size bytes there, 11 back, both ends open."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.create_connection(listener.getsockname(), timeout=20)
        server, _ = listener.accept()
        server.settimeout(20)
        client.sendall(b"a" * size)
        left = size
        while left:
            left -= len(server.recv(65536))
        server.sendall(b"b" * 11)
        while len(client.recv(11, socket.MSG_WAITALL)) != 11:
            pass
        client.close()
        server.close()
    return size + 11


def udp_too_long(times):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for _ in range(times):
            try:
                s.sendto(b"c" * 70000, ("127.0.0.1", 9))
            except OSError:
                pass
    return times


def udp_overflow(times):
    """A receiver that reads nothing, its buffer full; the kernel's own count of what it refused."""
    def refused():
        lines = [line.split() for line in open("/proc/net/snmp") if line.startswith("Udp:")]
        return int(dict(zip(*lines))["InErrors"])
    before = refused()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as to, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        to.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        to.bind(("127.0.0.1", 0))
        for _ in range(times):
            s.sendto(b"d" * 1000, to.getsockname())
    return refused() - before


def pings(times):
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as s:
        packet = ECHO[:2] + struct.pack("!H", checksum(ECHO)) + ECHO[4:]
        for _ in range(times):
            s.sendto(packet, ("127.0.0.1", 0))
    return times


def main():
    want = {"tcpInDataInorderBytes": tcp(300000) + tcp(5), "udpOutErrors": udp_too_long(3),
            "udpInErrors": udp_overflow(30), "rawipOutDatagrams": pings(4), "icmp_inbound": 8, "icmp_pkt": 4}
    if want["udpInErrors"] == 0:
        sys.exit("no datagram was refused")
    with open(sys.argv[1], "w") as f:
        f.writelines(f"{name} {n}\n" for name, n in want.items())


main()
