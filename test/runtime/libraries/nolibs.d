/* Without libraries their names are unknown. */
/* @run: $DTRACE -q -xnolibs -Llib -s $TEST 2>&1 | head -1 */
BEGIN { printf("%d\n", LIB_VALUE); exit(0); }
