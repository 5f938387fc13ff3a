/* @run: $SRC/test/in-netns '$DTRACE -s $SRC/share/scripts/tcpconn.d -c "$SRC/test/traffic.py tcp:127.0.0.1:27901 tcp:[::1]:27902 refused:127.0.0.1:27903"' 2>/dev/null | awk '/PID|:2790/ { gsub(/:[3-6][0-9][0-9][0-9][0-9] /, ":PORT "); if ($1 != "PID") { gsub(/^ *[0-9]+/, "N"); sub(/[0-9.]+ ms/, "N ms") } print | "sort" }' */
/* Two connections at both of their ends, and one that nobody wants. */
