#!/usr/bin/env -S dtrace -s
/*
 * lockwaits.d - where the kernel waits for its locks, and for how long
 *
 * usage: lockwaits.d [SECONDS]
 *
 * For SECONDS (10), or until interrupted: each place where a thread had to wait for a lock, the costliest last, with how long in all,
 * how often and how long at the most; times in microseconds. The first function is where the wait ended, the others called it.
 *
 * example:
 *	# lockwaits.d 2
 *	WAIT              TOTAL us    COUNT   MAX us  WHERE
 *	spin-spin             6740      348       61
 *	vmlinux`__pv_queued_spin_lock_slowpath+0x15b
 *	vmlinux`_raw_spin_lock+0x3b
 *	vmlinux`__schedule+0xad
 *	vmlinux`schedule+0x23
 *
 *	adaptive-spin        49712    14285       56
 *	vmlinux`__mutex_lock.constprop.0+0x252
 *	vmlinux`anon_pipe_read+0x54
 *	vmlinux`vfs_read+0x32c
 *	vmlinux`ksys_read+0xba
 */
#pragma D option quiet
#pragma D option defaultargs

dtrace:::BEGIN
{
	left = $1 == 0 ? 10 : $1;
}

lockstat:::adaptive-block,
lockstat:::adaptive-spin,
lockstat:::spin-spin,
lockstat:::rw-block
{
	@total[probename, stack(4)] = sum(arg1);
	@count[probename, stack(4)] = count();
	@max[probename, stack(4)] = max(arg1);
}

profile:::tick-1s
/--left == 0/
{
	exit(0);
}

dtrace:::END
{
	normalize(@total, 1000);
	normalize(@max, 1000);
	setopt("aggsortpos", "0");
	printf("%-15s %10s %8s %8s  %s\n", "WAIT", "TOTAL us", "COUNT", "MAX us", "WHERE");
	printa("%-15s %@10d %@8d %@8d %k\n", @total, @count, @max);
}
