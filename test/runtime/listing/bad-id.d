/* What is no probe's id lists nothing. */
/* @run: $DTRACE -li 0 2>&1; $DTRACE -li x 2>&1; $DTRACE -li 99999999 2>&1 || : */
