# Sends more datagrams at once than the queue of a slow device has room for, and TCP, which the kernel does not count. Its counters are the judge.
ip link add end0 type veth peer name end1 2>/dev/null || { echo "no veth devices"; exit 77; }
ip addr add 192.0.2.1/24 dev end0
ip -6 addr add 2001:db8::1/64 dev end0 nodad
ip link set end0 up
ip link set end1 up
ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev end0
ip -6 neigh add 2001:db8::2 lladdr 02:00:00:00:00:02 dev end0
tc qdisc add dev end0 root tbf rate 1mbit burst 2kb limit 5000 2>/dev/null || { echo "no queue of this kind"; exit 77; }
"$DTRACE" -qs queue.d -c "/usr/bin/python3 -I queue.py" > "$TMP/seen"
v4=$(awk '/^Ip:/ { for (i = 1; i <= NF; i++) if ($i == "OutDiscards") at = i; last = $at } END { print last }' /proc/net/snmp)
v6=$(awk '$1 == "Ip6OutDiscards" { print $2 }' /proc/net/snmp6)
printf '%s\n' "ipIfStatsOutDiscards $((v4 + v6))" "ipOutDiscards $v4" "ipv6OutDiscards $v6" > "$TMP/own"
sed '/^$/d' "$TMP/seen" | diff "$TMP/own" - && [ "$v4" -gt 0 ] && [ "$v6" -gt 0 ] && echo agree
