/* Readers and writers: args[1] is 1 for a writer. */
/* @run: $DTRACE -qs $TEST -c "$PROGRAMS/locks rw" | grep 'locks`' */
plockstat$target:::rw-acquire, plockstat$target:::rw-release, plockstat$target:::rw-block { @[probename, arg1, 1, usym(arg0)] = count(); }
plockstat$target:::rw-blocked { @[probename, args[1], args[2], usym((uintptr_t)args[0])] = count(); }
END { printa("%@d %s %d %d %A\n", @); }
