# Runs parts.d over datagrams that are larger than the device takes, and over datagrams to groups, and compares with what the kernel counted in this
# network namespace.
set -e
ip link set lo mtu 1500
ip link set lo multicast on
ip route add 224.0.0.0/4 dev lo
ip -6 route add ff00::/8 dev lo table local 2>/dev/null || true
cat /proc/net/snmp /proc/net/netstat > "$TMP/before"
cp /proc/net/snmp6 "$TMP/before6"
"$DTRACE" -qs parts.d -c "python3 ./parts.py" > "$TMP/got"
cat /proc/net/snmp /proc/net/netstat > "$TMP/after"
cp /proc/net/snmp6 "$TMP/after6"
python3 ./parts.py compare "$TMP"
