/* -o appends. */
/* @run: $DTRACE -q -o $TMP/o -n 'BEGIN { printf("one\n"); exit(0); }'; $DTRACE -qo $TMP/o -n 'BEGIN { printf("two\n"); exit(0); }'; cat $TMP/o; $DTRACE -q -o /does/not/exist -n BEGIN 2>&1; true */
