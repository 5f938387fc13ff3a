/* A description alone is enough on the command line. */
/* @run: $DTRACE -n BEGIN -n 'BEGIN { exit(0); }' 2>&1 | sed -E 's/^  [0-9]+ /CPU /' */
