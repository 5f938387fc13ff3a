/* Tracing goes on until the last command has ended. */
/* @run: $DTRACE -qn 'END { printf("end\n"); }' -c 'echo one' -c 'sh -c "sleep 0.2; echo two"' */
