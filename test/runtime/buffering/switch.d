/* Every record is shown, in order, however often the buffers are read. */
/* @opts: -q -xswitchrate=5ms */
tick-1ms { printf("%d\n", n++); }
tick-1ms /n == 30/ { exit(0); }
