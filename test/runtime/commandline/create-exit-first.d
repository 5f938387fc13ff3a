/* exit() does not wait for the command; it is let go. */
/* @run: $DTRACE -qn 'BEGIN { printf("begin\n"); exit(3); }' -c 'true'; echo $? */
