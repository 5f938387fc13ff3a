/* Output to a pipe is complete. */
/* @run: $DTRACE -q -s $TEST | wc -l */
tick-1ms { n++; printf("%d\n", n); }
tick-1ms /n == 50/ { exit(0); }
