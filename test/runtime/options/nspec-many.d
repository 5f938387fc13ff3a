/* @opts: -q -xnspec=100 */
tick-1ms { x = speculation(); n++; }
tick-1ms /n == 100/ { printf("%d\n", x); exit(0); }
