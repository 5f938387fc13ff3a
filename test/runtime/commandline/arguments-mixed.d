/* Options may follow operands; -- ends them. */
/* @run: $DTRACE -s $TEST 1 -q 2; $DTRACE -q -s $TEST -- 1 2 */
BEGIN { printf("%d %d\n", $1, $2); exit(0); }
