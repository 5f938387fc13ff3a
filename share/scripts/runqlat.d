#!/usr/bin/env -S dtrace -s
/*
 * runqlat.d - how long threads that could run wait for a CPU
 *
 * usage: runqlat.d [PID]
 *
 * Microseconds from being put into a run queue, by a wakeup or by being pushed off a CPU, until they run: for each CPU,
 * or of the threads of process PID. A busy CPU shows as a long tail.
 *
 * example:
 *	# runqlat.d
 *	^C
 *	  waiting for CPU 0, us
 *	           value  ------------- Distribution ------------- count
 *	               0 |@@                                       30
 *	               1 |@@@@@@                                   101
 *	               2 |@@@@@@@@@@@@                             192
 *	               4 |@@@@@@@@@@@@@                            215
 *	               8 |@@@@                                     60
 *	              16 |@@@                                      41
 *	              32 |                                         0
 */
#pragma D option quiet
#pragma D option defaultargs
#pragma D option dynvarsize=8m

sched:::enqueue
/$1 == 0 || args[1]->pr_pid == $1/
{
	queued[args[0]->pr_lwpid] = timestamp;
}

sched:::on-cpu
/queued[tid]/
{
	@[cpu] = quantize((timestamp - queued[tid]) / 1000);
	queued[tid] = 0;
}

dtrace:::END
{
	printa("  waiting for CPU %d, us%@d\n", @);
}
