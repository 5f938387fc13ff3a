/* How a command ended is told. */
/* @run: for c in true false "sh -c 'exit 3'" "sh -c 'kill -9 \$\$'"; do $DTRACE -n 'BEGIN { }' -c "$c" 2>&1 >/dev/null | sed -n -E 's/pid [0-9]+/pid PID/p'; done */
