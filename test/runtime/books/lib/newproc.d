#pragma D option quiet
#pragma D option switchrate=10
proc:::exec-success { printf("%Y %6d %6d %s\n", walltimestamp, pid, ppid, curpsinfo->pr_psargs); }
