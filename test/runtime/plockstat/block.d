/* A thread that waits for a mutex: what it waits for, in order, and whose lock it is. */
/* @run: $DTRACE -qs $TEST -c "$PROGRAMS/locks block" | grep 'locks`' */
plockstat$target:::mutex-block { self->at = timestamp; @[probename, usym(arg0), 0, 0] = count(); }
plockstat$target:::mutex-blocked { @[probename, usym(arg0), arg1, self->at != 0] = count(); self->blocked = self->at; self->at = 0; }
plockstat$target:::mutex-acquire /self->blocked/ { @["after a wait", usym(arg0), arg1, self->blocked < timestamp] = count(); self->blocked = 0; }
END { printa("%@d %s %A %d %d\n", @); }
