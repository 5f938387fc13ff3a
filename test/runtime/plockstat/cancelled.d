/* A thread that is cancelled while it waits for a condition leaves by way of its destructors, and its wait is not seen to end: its lock is taken once. */
/* @needs: g++ */
/* @run: g++ -O1 -o $TMP/cancelled cancelled.cc && $DTRACE -qs $TEST -c $TMP/cancelled | grep -v ld-linux */
plockstat$target:::mutex-acquire /tid != $target/ { @[usym(arg0)] = count(); }
END { printa("%A %@d\n", @); }
