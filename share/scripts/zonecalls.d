#!/usr/bin/env -S dtrace -s
/*
 * zonecalls.d - how long system calls take, zone by zone
 *
 * usage: zonecalls.d [ZONE]
 *
 * When it ends, for each zone and system call: how many CALLS, the AVERAGE and the longest (MAX) in microseconds, and the TOTAL
 * in milliseconds; the most time first. ZONE keeps one zone.
 *
 * example:
 *	# zonecalls.d
 *	^C
 *	ZONE             SYSTEM CALL             CALLS    AVERAGE        MAX      TOTAL
 *	web              epoll_wait               1204       8020      50121       9656
 *	global           read                    21092         12       4410        253
 *	global           openat                   4410          5        310         22
 */
#pragma D option quiet
#pragma D option defaultargs
#pragma D option aggsortrev

syscall:::entry
/$$1 == "" || zonename == $$1/
{
	self->began = timestamp;
}

syscall:::return
/self->began/
{
	this->took = timestamp - self->began;
	@total[zonename, probefunc] = sum(this->took);
	@calls[zonename, probefunc] = count();
	@average[zonename, probefunc] = avg(this->took);
	@longest[zonename, probefunc] = max(this->took);
	self->began = 0;
}

dtrace:::END
{
	normalize(@average, 1000);
	normalize(@longest, 1000);
	normalize(@total, 1000000);
	setopt("aggsortpos", "3");
	printf("%-16s %-20s %8s %10s %10s %10s\n", "ZONE", "SYSTEM CALL", "CALLS", "AVERAGE", "MAX", "TOTAL");
	printa("%-16s %-20s %@8d %@10d %@10d %@10d\n", @calls, @average, @longest, @total);
}
