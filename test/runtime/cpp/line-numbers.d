/* @run: $DTRACE -C -q -s $TEST 2>&1 | head -1 */
/* Lines are counted as in the file. */
#define X 1
#ifdef NOTHING
this is skipped
#endif
BEGIN { trace(undefined_name); }
