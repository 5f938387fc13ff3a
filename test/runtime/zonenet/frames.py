# frames.py watch LINK FILE: prints the marks of the frames that come in by a link, once each, until "last".
# frames.py send LINK MAC ADDRESS ADDRESS6: frames that are the sender's own and frames that are not.
import os
import socket
import struct
import sys


def watch(link, ready):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.bind((link, 3))
    s.settimeout(20)
    open(ready, "w").close()
    seen = []
    while "last" not in seen:
        frame = s.recv(2048)
        at = frame.find(b"mark:")
        if at >= 0:
            mark = frame[at + 5:].split(b";")[0].decode()
            if mark not in seen:
                seen.append(mark)
    print("passed:", " ".join(m for m in seen if m != "last"))


def send(link, mac, address, address6):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    s.bind((link, 0))
    own, all_ = bytes.fromhex(mac.replace(":", "")), b"\xff" * 6
    other = bytes.fromhex("020820000077")
    ip4 = lambda a: socket.inet_pton(socket.AF_INET, a)
    ip6 = lambda a: socket.inet_pton(socket.AF_INET6, a)

    def frame(mark, kind, body, sender=own):
        tail = b"mark:" + mark.encode() + b";"
        s.send(all_ + sender + struct.pack("!H", kind) + (body(tail) if callable(body) else body + tail))

    def ipv4(src):
        def whole(tail):
            words = [0x4500, 20 + len(tail), 0, 0, 64 << 8 | 253, 0, *struct.unpack("!4H", ip4(src) + b"\xff" * 4)]
            total = sum(words)
            words[5] = 0xffff & ~((total & 0xffff) + (total >> 16))
            return struct.pack("!10H", *words) + tail
        return whole

    def arp(hardware, src):
        return struct.pack("!HHBBH6s4s6s4s", 1, 0x800, 6, 4, 1, hardware, ip4(src), b"\0" * 6, ip4("192.0.2.1"))

    def ipv6(src, next_, rest):
        def whole(tail):
            size = len(rest) + len(tail)
            return struct.pack("!IHBB16s16s", 6 << 28, size, next_, 255, ip6(src), ip6("ff02::1")) + rest + tail
        return whole

    def advert(target):
        return struct.pack("!BBHI16s", 136, 0, 0, 0x20000000, ip6(target))

    local = "fe80::" + (bytes([own[0] ^ 2]) + own[1:3] + b"\xff\xfe" + own[3:]).hex(":", 2)
    frame("ipv4", 0x800, ipv4(address))
    frame("ipv4-address", 0x800, ipv4("192.0.2.77"))
    frame("ipv4-hardware", 0x800, ipv4(address), other)
    frame("arp", 0x806, arp(own, address))
    frame("arp-address", 0x806, arp(own, "192.0.2.1"))
    frame("arp-hardware", 0x806, arp(other, address))
    frame("vlan", 0x8100, struct.pack("!HH", 5, 0x800) + ipv4(address)(b""))
    frame("other-protocol", 0x88b5, b"x" * 46)
    frame("ipv6", 0x86dd, ipv6(address6, 17, b"\0" * 8))
    frame("ipv6-local", 0x86dd, ipv6(local, 17, b"\0" * 8))
    frame("ipv6-address", 0x86dd, ipv6("2001:db8::77", 17, b"\0" * 8))
    frame("ipv6-others-local", 0x86dd, ipv6("fe80::1", 17, b"\0" * 8))
    frame("advert", 0x86dd, ipv6(address6, 58, advert(address6)))
    frame("advert-others", 0x86dd, ipv6(address6, 58, advert("2001:db8::1")))
    router = lambda kind: struct.pack("!BBHIII", kind, 0, 0, 0x40000000 | 1800, 0, 0)
    frame("router", 0x86dd, ipv6(local, 58, router(134)))
    frame("redirect", 0x86dd, ipv6(local, 58, router(137) + ip6("2001:db8::1") + ip6(local)))
    frame("advert-hidden", 0x86dd, ipv6(address6, 60, b"\x3a\0\1\4\0\0\0\0" + advert("2001:db8::1")))
    frame("advert-hidden-2", 0x86dd, ipv6(address6, 0, b"\x3a\0\1\4\0\0\0\0" + advert("2001:db8::1")))
    frame("fragment", 0x86dd, ipv6("2001:db8::77", 44, b"\x3a\0\0\0\0\0\0\1"))
    frame("last", 0x800, ipv4(address))


if sys.argv[1] == "watch":
    watch(*sys.argv[2:])
else:
    send(*sys.argv[2:])
