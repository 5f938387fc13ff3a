/* After a fault the next firing is like any other. */
/* @opts: -q */
tick-10ms { n++; }
tick-10ms /n == 2/ { trace(*(int *)NULL); }
ERROR { printf("error at %d\n", n); }
tick-10ms /n == 3/ { printf("three\n"); exit(0); }
