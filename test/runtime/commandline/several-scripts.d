/* @run: echo 'BEGIN { printf("second\\n"); exit(0); }' > $TMP/b.d; $DTRACE -q -s $TEST -s $TMP/b.d */
BEGIN { printf("first\n"); }
