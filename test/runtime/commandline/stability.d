/* -v reports the stability of a program. */
/* @run: $DTRACE -v -e -n 'BEGIN { trace(pid); }' 2>&1; $DTRACE -v -n 'BEGIN { exit(0); }' 2>&1 | head -4 */
