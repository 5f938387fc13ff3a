/* A reader that goes away ends it. */
/* @timeout: 8 */
/* @run: $DTRACE -qn 'tick-1ms { printf("line\n"); }' | head -1 */
