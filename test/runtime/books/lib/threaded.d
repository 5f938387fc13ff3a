#pragma D option quiet
profile:::profile-101 /pid != 0/ { @sample[pid, execname] = lquantize(tid % 100, 0, 128, 1); }
profile:::tick-1s { trunc(@sample,2); printf("%Y,\n\n", walltimestamp); printa(" PID: %-8d CMD: %s\n%@d\n", @sample); exit(0); }
