#pragma D option quiet
sched:::on-cpu { self->on = timestamp; } sched:::off-cpu /self->on/ { @[execname, curlwpsinfo->pr_lwpid == tid, curlwpsinfo->pr_onpro == cpu] = sum(timestamp - self->on); self->on = 0; }
sched:::preempt { @pre[curpsinfo->pr_fname] = count(); } sched:::remain-cpu { @rem = count(); } sched:::tick {@tk[args[1]->pr_fname] = count();} sched:::change-pri {@cp[args[0]->pr_pri, args[2]] = count();}
profile:::tick-1s { trunc(@, 5); printa(@); trunc(@pre,5); printa(@pre); printa(@rem); exit(0);}
