/* A quoted argument is a string as it stands. */
/* @run: $DTRACE -q -s $TEST '"a string"' */
BEGIN { printf("%s\n", $1); exit(0); }
