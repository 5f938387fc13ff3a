#pragma D option quiet
profile:::profile-1000hz { @Count[execname, pid] = lquantize(curlwpsinfo->pr_pri, 0, 170, 5); }
dtrace:::END { printa("\n CMD: %-16s PID: %d\n%@d", @Count); }
