#pragma D option quiet
sched:::enqueue { this->len = qlen[args[2]->cpu_id]++; @[args[2]->cpu_id] = lquantize(this->len, 0, 20); }
sched:::dequeue /qlen[args[2]->cpu_id]/ { qlen[args[2]->cpu_id]--; }
profile:::tick-1s { printa("CPU %d %@d\n", @); exit(0); }
