#pragma D option quiet
profile-1001hz /curthread->on_rq/ { @[cpu] = lquantize(curthread->prio, 0, 140, 20); }
profile-101 { @n[execname] = count(); }
END { printa("CPU %d %@d\n", @); }
