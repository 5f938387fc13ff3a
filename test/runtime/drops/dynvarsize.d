/* With no room for dynamic variables, assignments are dropped and the variables are 0. */
/* @run: $DTRACE -q -xdynvarsize=4k -s $TEST 2>$TMP/err; sed -E 's/[0-9]+ dynamic variable drops?/N dynamic variable drops/' $TMP/err | sort -u */
tick-1ms { i++; a[i] = i; }
tick-1ms /i == 300/ { printf("%d %d\n", a[1], a[300]); exit(0); }
