/* A pattern of processes: those that run, and those that come. */
/* @run: sh ./anybody.sh */
pid*:anybody:add:entry { @[probemod, probefunc] = sum(1); seen[pid]++; self->name = probeprov; }
pid*:anybody:add:entry /self->name == strjoin("pid", lltostr(pid))/ { named++; }
pid*:anybody:add:entry /seen[pid] == 1/ { processes++; }
END { printa("%s %s %@d\n", @); printf("%d processes, %d named\n", processes, named); }
