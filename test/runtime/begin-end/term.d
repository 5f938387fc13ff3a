/* @run: $DTRACE -q -s $TEST & sleep 0.5; kill -TERM $!; wait $!; echo status $? */
BEGIN { printf("begin\n"); }
END { printf("end\n"); }
