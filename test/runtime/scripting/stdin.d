/* @run: printf '%s\n' 'BEGIN { printf("from stdin"); exit(0); }' | $DTRACE -qs /dev/stdin */
