#!/usr/bin/env -S dtrace -s
/*
 * offcpu.d - where threads wait, and how long: time off the CPU by stack
 *
 * usage: offcpu.d [PID [MICROSECONDS]]
 *
 * Adds up the time between leaving a CPU and the next arrival, for each kernel and user stack that a thread waits in, of
 * process PID or of all. Waits shorter than MICROSECONDS (1000) do not count. The twenty longest are shown when it ends,
 * with the program and the milliseconds; with --format folded the stacks are those of a flame graph.
 *
 * example:
 *	# offcpu.d 11834
 *	^C
 *
 *	              vmlinux`__schedule+0x4bf
 *	              vmlinux`schedule+0x23
 *	              vmlinux`do_nanosleep+0x5e
 *	              vmlinux`hrtimer_nanosleep+0x74
 *	              vmlinux`common_nsleep_timens+0x3d
 *	              vmlinux`__x64_sys_clock_nanosleep+0xce
 *	              vmlinux`do_syscall_64+0x71
 *
 *	              libc.so.6`clock_nanosleep+0x23
 *	              sleep`main+0x18a
 *	  sleep             1000 ms off the CPU
 */
#pragma D option quiet
#pragma D option defaultargs
#pragma D option stackframes=16
#pragma D option ustackframes=16

dtrace:::BEGIN
{
	least = $2 ? $2 * 1000 : 1000000;
}

sched:::off-cpu
/pid && ($1 == 0 || pid == $1)/
{
	self->left = timestamp;
}

sched:::on-cpu
/self->left && timestamp - self->left >= least/
{
	@[stack(), ustack(), execname] = sum(timestamp - self->left);
}

sched:::on-cpu
/self->left/
{
	self->left = 0;
}

dtrace:::END
{
	trunc(@, 20);
	normalize(@, 1000000);
	printa("%k%k  %-15s %@6d ms off the CPU\n", @);
}
