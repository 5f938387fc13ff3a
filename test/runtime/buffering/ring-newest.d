/* With the policy ring the newest records stay: of 16 bytes each, four fit into 64. */
/* @opts: -q -xbufpolicy=ring -xbufsize=64 */
tick-1ms { n++; }
tick-1ms /n <= 20/ { printf("%d\n", n); }
tick-1ms /n == 21/ { exit(0); }
