/* @run: $DTRACE -qn 'BEGIN { x = 1; printf("a%d\n", x); }' -n 'BEGIN { x++; printf("b%d\n", x); exit(0); }' */
