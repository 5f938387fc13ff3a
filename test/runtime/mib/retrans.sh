# Connects through a pair of devices whose far end has no address, for as long as the first segment is repeated twice.
set -e
ip link add end0 type veth peer name end1 2>/dev/null || { echo "no veth devices"; exit 77; }
ip addr add 192.0.2.1/24 dev end0
ip link set end0 up
ip link set end1 up
ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev end0
set -- $("$DTRACE" -qs retrans.d -c "python3 -c 'import socket
s = socket.socket(); s.settimeout(3.6)
try: s.connect((\"192.0.2.2\", 9))
except TimeoutError: pass'")
kernel=$(awk '/^Tcp:/ { for (i = 1; i <= NF; i++) if ($i == "RetransSegs") at = i; last = $at } END { print last }' /proc/net/snmp)
echo "asked for $1, sent first $2"
[ "$3" = "$kernel" ] && [ "$4" -ge "$kernel" ] && [ "$kernel" -gt 0 ] && echo agree || echo "probes $3 and $4, kernel $kernel"
