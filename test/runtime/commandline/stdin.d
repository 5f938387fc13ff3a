/* @run: echo 'BEGIN { printf("%d\\n", $1); exit(0); }' | $DTRACE -q -s - 5; echo 'BEGIN { printf("dev\\n"); exit(0); }' | $DTRACE -q -s /dev/stdin */
