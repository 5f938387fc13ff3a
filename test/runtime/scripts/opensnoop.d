/* @run: echo hello > $TMP/there; $DTRACE -s $SRC/share/scripts/opensnoop.d -c "cat $TMP/there $TMP/missing" 2>/dev/null | awk -v t=$TMP '/PID/ {print} sub(t, "TMP") {print $2, $3, $4, $5}' */
/* A file that is there and one that is not. */
