/* The least stability that a program may use. */
/* @run: $DTRACE -q -xamin=Stable/Stable/Common -n 'BEGIN { printf("%d\n", 1); exit(0); }'; $DTRACE -q -xamin=Evolving/Evolving/Common -n 'BEGIN { trace(curthread); }' 2>&1 | head -1 */
