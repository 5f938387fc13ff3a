/* -C works for programs of the command line as well. */
/* @run: $DTRACE -C -DV=3 -qn 'BEGIN { printf("%d\n", V); exit(0); }' */
