#pragma D option quiet
sysinfo:::xcalls { @num[pid, execname] = count(); }
dtrace:::END { printf("%6s %-16s %16s\n", "PID", "CMD", "XCALLS"); printa("%6d %-16s %@16d\n", @num); }
