#pragma D option quiet
proc:::lwp-create { printf("%s creates lwp %d of %d, pri %d nice %d state %d %c\n", execname, args[0]->pr_lwpid, args[1]->pr_pid, args[0]->pr_pri, args[0]->pr_nice, args[0]->pr_state, args[0]->pr_sname); }
proc:::lwp-start /tid != pid/ { self->t = timestamp; } proc:::lwp-exit /self->t/ { @[execname] = quantize(timestamp - self->t); self->t = 0; }
proc:::create { printf("%d makes %d (parent %d, group %d, session %d, nlwp %d, zone %d, dmodel %d)\n", pid, args[0]->pr_pid, args[0]->pr_ppid, args[0]->pr_pgid, args[0]->pr_sid, args[0]->pr_nlwp, args[0]->pr_zoneid, args[0]->pr_dmodel); }
