/* @run: "$DTRACE" -qn 'tick-50ms { printf("%d\n", $target); exit(0); }' -c 'sleep 1000' > "$TMP/pid"; kill -0 "$(head -1 "$TMP/pid")" 2>/dev/null || echo gone */

/* The command of -c does not outlive dtrace. */
