"""Sends datagrams in parts and to groups; `compare FOLDER` compares what the probes counted with what the kernel did."""
import socket
import sys


def datagrams(family, addr, sizes):
    with socket.socket(family, socket.SOCK_DGRAM) as to, socket.socket(family, socket.SOCK_DGRAM) as by:
        for s in to, by:
            s.settimeout(5)
        to.bind((addr, 0))
        for size in sizes:
            by.sendto(b"x" * size, to.getsockname()[:2])
            assert len(to.recv(65536)) == size


def group(size, times):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        for _ in range(times):
            s.sendto(b"y" * size, ("239.1.2.3", 27301))


def counters(folder, when):
    have = {}
    lines = open(f"{folder}/{when}").read().splitlines()
    for names, values in zip(lines[::2], lines[1::2]):
        prefix = names.split(":")[0]
        have.update({prefix + n: int(v) for n, v in zip(names.split()[1:], values.split()[1:])})
    have.update((line.split()[0], int(line.split()[1])) for line in open(f"{folder}/{when}6"))
    return have


SUMS = {"ipFragCreates": "IpFragCreates", "ipFragOKs": "IpFragOKs", "ipReasmReqds": "IpReasmReqds",
        "ipv6OutFragCreates": "Ip6FragCreates", "ipv6OutFragOKs": "Ip6FragOKs", "ipv6ReasmReqds": "Ip6ReasmReqds",
        "ipIfStatsOutFragCreates": "IpFragCreates Ip6FragCreates", "ipIfStatsReasmReqds": "IpReasmReqds Ip6ReasmReqds",
        "ipOutRequests": "IpOutRequests", "ipv6OutRequests": "Ip6OutRequests", "ipInReceives": "IpInReceives",
        "ipIfStatsHCInReceives": "IpInReceives Ip6InReceives", "ipIfStatsHCInOctets": "IpExtInOctets Ip6InOctets",
        "ipIfStatsHCOutRequests": "IpOutRequests Ip6OutRequests",
        "ipIfStatsHCInMcastPkts": "IpExtInMcastPkts Ip6InMcastPkts",
        "ipIfStatsHCInMcastOctets": "IpExtInMcastOctets Ip6InMcastOctets",
        "ipIfStatsHCOutMcastPkts": "IpExtOutMcastPkts Ip6OutMcastPkts",
        "ipIfStatsHCOutMcastOctets": "IpExtOutMcastOctets Ip6OutMcastOctets"}


def compare(folder):
    before, after = counters(folder, "before"), counters(folder, "after")
    got = {n: int(v) for n, v in (line.split() for line in open(f"{folder}/got") if line.strip())}
    bad = []
    for name, keys in SUMS.items():
        want = sum(after[k] - before[k] for k in keys.split())
        if got.get(name, 0) != want or (want == 0 and "Mcast" not in name):
            bad.append(f"{name}: probes {got.get(name)}, kernel {want}")
    print("\n".join(bad) or "agree")


if sys.argv[1:2] == ["compare"]:
    compare(sys.argv[2])
else:
    datagrams(socket.AF_INET, "127.0.0.1", (10, 4000, 1472, 1473, 30000))
    datagrams(socket.AF_INET6, "::1", (10, 4000, 1452, 1453, 30000))
    group(100, 4)
