/* Not filled: all is shown at the end, in order. */
/* @opts: -q -xbufpolicy=fill */
BEGIN { printf("one\n"); }
tick-5ms { printf("tick\n"); exit(0); }
END { printf("end\n"); }
