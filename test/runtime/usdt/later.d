/* A pattern: processes that run, and those that start later; their providers have their numbers. */
/* @run: cp $PROGRAMS/sites $TMP/later; $TMP/later 1 > /dev/null & $DTRACE -qs $TEST -c "sh -c 'sleep 0.3; $TMP/later 0 2; $TMP/later; sleep 1.2'" | sort */
sites*:later::twice { @[probefunc, probename] = count(); @args[args[0]] = count(); self->name = probeprov; seen[pid]++; }
sites*:later::twice /self->name == strjoin("sites", lltostr(pid))/ { named++; }
sites*:later::twice /seen[pid] == 1/ { processes++; }
END { printa("%s %s %@d\n", @); printa("%d %@d\n", @args); printf("%d processes, %d named\n", processes, named); }
