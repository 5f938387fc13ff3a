/* @run: $DTRACE -qn BEGIN -c /does/not/exist 2>&1; echo $? */
