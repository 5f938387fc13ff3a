/* A pattern of processes: those that run, and those that come. */
/* @run: cp $PROGRAMS/calls $TMP/anybody; $TMP/anybody 1 1 > /dev/null & $DTRACE -qs $TEST -c "sh -c 'sleep 0.3; $TMP/anybody 2; $TMP/anybody 4; sleep 1.2'" | sort */
pid*:anybody:add:entry { @[probemod, probefunc] = sum(1); seen[pid]++; self->name = probeprov; }
pid*:anybody:add:entry /self->name == strjoin("pid", lltostr(pid))/ { named++; }
pid*:anybody:add:entry /seen[pid] == 1/ { processes++; }
END { printa("%s %s %@d\n", @); printf("%d processes, %d named\n", processes, named); }
