/* @run: $DTRACE -q -s $TEST -- -5 */
BEGIN { printf("%d\n", $1); exit(0); }
