/* @run: $DTRACE -s does-not-exist.d 2>&1; echo $? */
