/* @opts: -xdynvarsize=256 */
/* @run: $DTRACE -q -xdynvarsize=256 -n 'int i; tick-1ms { a[i++] = 1; } tick-1ms /i == 100/ { exit(0); }' 2>&1 | grep -c 'dynamic variable drops' */
