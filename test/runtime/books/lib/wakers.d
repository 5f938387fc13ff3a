#pragma D option quiet
sched:::wakeup { @[execname, args[1]->pr_fname, stringof(args[1]->pr_psargs)] = count(); self->w[args[0]->pr_lwpid] = timestamp; }
sched:::sleep { self->bedtime = timestamp; }
sched:::on-cpu /self->bedtime/ { @s[execname] = quantize((timestamp - self->bedtime)/1000); self->bedtime = 0; }
profile:::tick-1s { trunc(@, 6); printa("%-16s -> %-16s (%s) %@d\n", @); trunc(@s, 2); printa(@s); exit(0); }
