/*
 * Option zone keeps every clause to one zone, but BEGIN, END and ticks. A service that is called as a zone of ours is
 * not taken for it: it has its maker's name behind its own.
 */
/* @needs: others */
/* @run: grep -q " cgroup2 " /proc/mounts || { echo no control groups of version 2; exit 77; }; unshare -m --propagation private sh option.sh */
#pragma D option quiet

dtrace:::BEGIN
{
	printf("begun\n");
}

/* Who sleeps so long is of this test. */
syscall::clock_nanosleep:entry
/1 && *(uint64_t *)copyin(arg2 + 8, 8) == $1/
{
	@[zonename] = count();
}

tick-1s
{
	exit(0);
}

dtrace:::END
{
	printa("%s %@d\n", @);
}
