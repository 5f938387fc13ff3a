/* BEGIN precedes all else, END follows it. */
/* @opts: -q */
int n;

END { printf("end, %d ticks seen\n", n > 0); }
tick-5ms { n++; }
tick-20ms { exit(0); }
BEGIN { printf("begin, n=%d\n", n); }
