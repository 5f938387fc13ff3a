/* @run: $SRC/test/in-netns '$DTRACE -s $SRC/share/scripts/tcplife.d -c "$SRC/test/traffic.py tcp:127.0.0.1:27911:1:123456 tcp:[::1]:27912:1:7"' 2>/dev/null | awk '/PID|:2791/ { gsub(/:[3-6][0-9][0-9][0-9][0-9] /, ":PORT "); if ($1 != "PID") { gsub(/^ *[0-9]+/, "N"); sub(/ +[0-9]+\.[0-9]+$/, " N") } print | "sort" }' */
/* What a connection carried, told at both of its ends. */
