/* Escapes in arguments are those of strings, however the argument is named. */
/* @run: $DTRACE -q -s $TEST 'a\tb' '"c\x41\n"' */
BEGIN { printf("%s|%s", $$1, $2); exit(0); }
