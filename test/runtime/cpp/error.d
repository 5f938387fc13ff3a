/* What the preprocessor refuses is refused. */
/* @run: $DTRACE -C -q -s $TEST 2>/dev/null; echo status $? */
#error not this way
BEGIN { exit(0); }
