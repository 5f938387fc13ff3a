/* @run: $DTRACE -s $SRC/share/scripts/execsnoop.d -c "sh -c 'cat /dev/null $TMP; exec $TMP/missing one'" 2>/dev/null | sed -nE "/PID/p; /$(basename $TMP)/{s|$TMP|TMP|g; s/^ *[0-9]+ +[0-9]+ +[0-9]+ +//p}" */
/* A program with its arguments, and one that is not there. */
