/* A library that is loaded while tracing runs: functions and static probes, which were not there at the start. */
/* @run: $DTRACE -Zqs $TEST -c "$PROGRAMS/loads $PROGRAMS/plugin.so 3 400" */
pid$target:plugin.so:plugged:entry { printf("%s:%s %d\n", probemod, probefunc, (int)arg0); n++; self->in = 1; }
pid$target:plug*:plug*:return /self->in/ { printf("%s:%s = %d\n", probemod, probefunc, (int)arg1); @[probefunc] = count(); }
plugin$target:::fired { printf("%s %d %d\n", probename, (int)arg0, n); @[probename] = count(); }
END { printa("%s %@d\n", @); printf("%d\n", n); }
