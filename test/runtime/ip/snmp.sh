# Runs snmp.d over traffic on the loopback device and compares with /proc/net/snmp and snmp6, which start at 0 with the namespace.
set -e
ns=$(readlink /proc/self/ns/net | tr -dc 0-9)
traffic="tcp:127.0.0.1:27101:4:300000 tcp:[::1]:27102:3:200000 refused:127.0.0.1:27103:2 refused:[::1]:27104
abandoned:127.0.0.1:27105:1:90000 udp:127.0.0.1:27106:30:700 udp:[::1]:27107:20:60000
udp_any:127.0.0.1:27108:10 udp_any:[::1]:27109:10 udp_dual:127.0.0.1:27110:10 unread:127.0.0.1:27111:5 unread:[::1]:27112:3"
"$DTRACE" -qs snmp.d "$ns" -c "$SRC/test/traffic.py $(echo $traffic)" > "$TMP/got"
python3 - "$TMP/got" <<'PY'
import sys
want = {}
lines = open("/proc/net/snmp").read().splitlines()
for names, values in zip(lines[::2], lines[1::2]):
    if names.split()[0] in ("Ip:", "Tcp:", "Udp:"):
        want.update(zip(names.split()[1:], values.split()[1:]))
want.update(line.split() for line in open("/proc/net/snmp6"))
got = open(sys.argv[1]).read().split()
bad = [(n, v, want[n]) for n, v in zip(got[::2], got[1::2]) if want[n] != v]
for name, probes, kernel in bad:
    print(f"{name}: probes {probes}, kernel {kernel}")
few = [n for n, v in zip(got[::2], got[1::2]) if int(v) < 10 and n != "RetransSegs"]
print("agree" if not bad and not few and len(got) == 22 else f"differ; few: {few}; {len(got)} words")
PY
