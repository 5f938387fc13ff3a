# Makes the other namespace and the bridge, sends there from here, and compares with what both counted.
set -e
unshare -n sleep 60 &
other=$!
trap 'kill $other' EXIT
# Without snooping: a bridge that does joins a group, and says so when it will.
ip link add bridge0 type bridge mcast_snooping 0 2>/dev/null || { echo "no bridge"; exit 77; }
ip link add near type veth peer name far
until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
ip link set far netns "$other"
ip link set near master bridge0
ip addr add 198.51.100.1/24 dev bridge0
ip link set near up
ip link set bridge0 up
there() { nsenter -t "$other" -n "$@"; }
there ip addr add 198.51.100.2/24 dev far
there ip link set far up
there ip link set lo up
here_ns=$(readlink /proc/self/ns/net | tr -dc 0-9) there_ns=$(readlink /proc/$other/ns/net | tr -dc 0-9)
counters() { awk '/^Ip:/ { for (i = 1; i <= NF; i++) { if ($i == "InReceives") in_at = i; if ($i == "OutRequests") out_at = i } a = $in_at; b = $out_at }
	END { print a, b }' "$1"; }
"$DTRACE" -qs bridge.d "$here_ns" "$there_ns" -c "$SRC/test/traffic.py unread:198.51.100.2:27601:20:500 refused:198.51.100.2:27602:7" > "$TMP/got"
echo "kernel $here_ns $there_ns $(counters /proc/net/snmp) $(there cat /proc/net/snmp | counters /dev/stdin)" >> "$TMP/got"
awk '$1 == "send" && $3 == "bridge0" || $1 == "send" && $3 == "far" { out[$2] += $4 }
	$1 == "receive" && $3 == "bridge0" || $1 == "receive" && $3 == "far" { in_[$2] += $4 }
	$1 ~ /send|receive/ && $3 !~ /bridge0|far/ { print "seen at", $3 }
	$1 == "tcp" { print "connections asked for " $2 ", arrived " $3 }
	$1 == "kernel" { same = in_[$2] == $4 && out[$2] == $5 && in_[$3] == $6 && out[$3] == $7 && $6 >= 27
		print same ? "agree" : "differ: " $0 " probes " in_[$2] " " out[$2] " " in_[$3] " " out[$3] }' "$TMP/got"
