# Attempts to send something again that cannot leave: agrees where mib counts what the kernel does (RetransSegs).
unshare -n sleep 60 & far=$!
trap 'kill $far' EXIT
trap 'exit 1' INT TERM
tries=0
while [ "$(readlink /proc/$far/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do
	tries=$((tries + 1)); [ $tries -lt 10000 ] || exit 1
done
ip link add end0 type veth peer name end1 2>/dev/null || { echo "no veth devices"; exit 77; }
ip link set end1 netns $far
ip addr add 198.51.100.1/24 dev end0
ip link set end0 up
nsenter -t $far -n sh -c "ip addr add 198.51.100.2/24 dev end1; ip link set end1 up"
"$DTRACE" -qs unsent.d -c "python3 unsent.py end1 $far" >"$TMP/told" || exit 1
kernel=$(awk '/^Tcp:/ { for (i = 1; i <= NF; i++) if ($i == "RetransSegs") at = i; last = $at } END { print last }' /proc/net/snmp)
told=$(paste -sd " " "$TMP/told")
[ "${told% }" = "tried $kernel" ] && echo agree || echo "$told, kernel $kernel"
