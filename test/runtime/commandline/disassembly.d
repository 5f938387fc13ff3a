/* -S prints the code to the messages, with the lines of the D program. */
/* @run: $DTRACE -S -e -q -n 'BEGIN { x = 5; trace(x); }' 2>&1 >/dev/null | grep -q 'line 1: clause 1' && echo ok */
