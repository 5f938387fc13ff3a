/* A mutex that nobody else wants: taken and let go, never waited for. */
/* @run: $DTRACE -qs $TEST -c "$PROGRAMS/locks mutex" | grep 'locks`' */
plockstat$target:::mutex-acquire, plockstat$target:::mutex-release { @[probename, arg1, arg2, usym(arg0)] = count(); }
plockstat$target:::mutex-block, plockstat$target:::mutex-blocked { @[probename, arg1, 0, usym(arg0)] = count(); }
END { printa("%@d %s %d %d %A\n", @); }
