# Runs snmp.d over traffic of several kinds and compares with what the kernel counted in this network namespace.
set -e
traffic="tcp:127.0.0.1:27201:3:200000 tcp:[::1]:27202:2:100000 refused:127.0.0.1:27203:2 refused:[::1]:27204
abandoned:127.0.0.1:27205:2:3000 udp:127.0.0.1:27206:30:700 udp:[::1]:27207:20:100 unread:127.0.0.1:27208:3 udp_dual:127.0.0.1:27209:7"
"$DTRACE" -qs snmp.d -c "$SRC/test/traffic.py $(echo $traffic)" > "$TMP/got"
python3 - "$TMP/got" <<'PY'
import sys
want = {}
for path in "/proc/net/snmp", "/proc/net/netstat":
    lines = open(path).read().splitlines()
    for names, values in zip(lines[::2], lines[1::2]):
        prefix = names.split(":")[0].lower()
        want.update({prefix + n: int(v) for n, v in zip(names.split()[1:], values.split()[1:])})
want.update({n.replace("Ip6", "ipv6"): int(v) for n, v in (line.split() for line in open("/proc/net/snmp6"))})
sums = {"tcpOutRsts": ["tcpOutRsts"], "udpInDatagrams": ["udpInDatagrams", "Udp6InDatagrams"],
        "udpOutDatagrams": ["udpOutDatagrams", "Udp6OutDatagrams"], "udpNoPorts": ["udpNoPorts"]}
for name in ("tcpActiveOpens tcpPassiveOpens tcpAttemptFails tcpEstabResets tcpInSegs tcpOutSegs ipInReceives ipOutRequests"
             " ipv6InReceives ipv6OutRequests icmpInMsgs icmpOutMsgs icmpInDestUnreachs icmpOutDestUnreachs").split():
    sums[name] = [name]
got = {n: int(v) for n, v in (line.split() for line in open(sys.argv[1]) if line.strip())}
bad = {n: (got.get(n), sum(want[k] for k in keys)) for n, keys in sums.items() if got.get(n) != sum(want[k] for k in keys)}
data = 3 * 200000 + 2 * 100000 + 5 * 10 + 2 * 3000
if got["tcpOutDataBytes"] != data:
    bad["tcpOutDataBytes"] = got["tcpOutDataBytes"], data
print("\n".join(f"{n}: probes {a}, kernel {b}" for n, (a, b) in bad.items()) or "agree")
PY
