/* -e compiles and enables nothing. */
/* @run: $DTRACE -e -q -s $TEST; echo $? */
BEGIN { printf("not run\n"); exit(5); }
