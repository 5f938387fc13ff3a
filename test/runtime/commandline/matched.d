/* What was matched is told, unless quiet. */
/* @run: $DTRACE -n BEGIN -n 'END { }' -n 'BEGIN { exit(0); }' 2>&1 >/dev/null; $DTRACE -q -n BEGIN -n 'BEGIN { exit(0); }' 2>&1 >/dev/null; $DTRACE -s $TEST 2>&1 >/dev/null */
BEGIN, END { }
BEGIN { exit(0); }
