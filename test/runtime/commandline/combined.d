/* @run: $DTRACE -qwn 'BEGIN { system("echo %d", 1); exit(0); }'; $DTRACE -qs $TEST; $DTRACE -xquiet -s$TEST */
BEGIN { printf("script\n"); exit(0); }
