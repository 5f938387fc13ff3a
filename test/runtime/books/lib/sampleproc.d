#pragma D option quiet
profile:::profile-100 { @num[pid, execname] = count(); @p[pid,execname]=sum(100); totl++; }
profile:::tick-1s { printf("%5s %-20s %10s\n", "PID", "CMD", "COUNT"); printa("%5d %-20s %@10d\n", @num); normalize(@p, totl); printa("%5d %-20s %@10d%%\n", @p); exit(0);}
