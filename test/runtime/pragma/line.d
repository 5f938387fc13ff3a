/* @run: $DTRACE -q -s $TEST 2>&1 | head -1 */
/* Errors are reported at the line that #line gives. */
# 100 "other.d"
BEGIN { nothing; }
