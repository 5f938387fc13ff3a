/* END runs when the command is interrupted; a newline comes first. */
/* @run: $DTRACE -q -s $TEST & sleep 0.5; kill -INT $!; wait $!; echo status $? */
BEGIN { printf("begin\n"); }
END { printf("end\n"); }
