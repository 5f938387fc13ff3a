# Counters as acks.py counted itself, and as the kernel did.
"$DTRACE" -qs acks.d -c "/usr/bin/python3 -I acks.py $TMP/own" > "$TMP/seen"
awk '/^TcpExt:/ && !n++ { for (i = 1; i <= NF; i++) name[i] = $i; next }
/^TcpExt:/ { for (i = 1; i <= NF; i++) v[name[i]] = $i } END { print v["TCPWinProbe"], v["TCPKeepAlive"], 1, 1 }' /proc/net/netstat >> "$TMP/own"
sed '/^$/d' "$TMP/seen" | diff "$TMP/own" - && awk 'NR == 2 && $1 && $2 { print "agree" }' "$TMP/own"
