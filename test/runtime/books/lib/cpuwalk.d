#pragma D option quiet
sched:::on-cpu /pid != 0/ { self->ts = timestamp; @on[pid, execname] = lquantize(cpu, 0, 128, 1); }
sched:::off-cpu /self->ts/ { @time[execname, curcpu->cpu_id] = sum(timestamp - self->ts); self->ts = 0; }
profile:::tick-1s { trunc(@on,3); printa("PID: %-8d CMD: %s\n%@d\n", @on); normalize(@time, 1000000); trunc(@time, 8); printa(@time); exit(0); }
