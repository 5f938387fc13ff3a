#pragma D option quiet
sysinfo:::readch { @read[pid, execname, cwd] = sum(arg0); } sysinfo:::writech { @w[curpsinfo->pr_pid, curpsinfo->pr_psargs, curpsinfo->pr_uid] = sum(arg0); }
profile:::tick-1s { trunc(@read, 4); trunc(@w, 4); printa("%6d %-16s %-20s %@d\n", @read); printa("%6d %-30.30s %d %@d\n", @w); exit(0); }
