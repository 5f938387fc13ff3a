/* -v reports the stability of a program. */
/* @run: $DTRACE -v -e -n 'BEGIN { trace(pid); }' 2>&1 */
