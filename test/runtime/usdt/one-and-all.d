/* One process by its number and all by a pattern: each clause once for each firing. */
/* @run: $DTRACE -qs $TEST -c "$PROGRAMS/sites 0.2 3" | sort */
sites$target:::twice { @["its"] = count(); }
sites*:::twice /pid == $target/ { @["all"] = count(); }
sites$target:::is-counted, sites*:::memory /pid == $target/ { @[probename] = count(); }
END { printa("%s %@d\n", @); }
