/*
 * Containers and services that share the system's processes are zones by their control groups of version 1 where those of
 * version 2 tell nothing: before tracing and while it goes on, groups below theirs, and where another thread acts for them.
 */
/* @needs: root may_goto */
/* @timeout: 90 */
/* @run: sh ./legacy.sh */
#pragma D option quiet
#pragma D option switchrate=20hz

dtrace:::BEGIN
{
	printf("begun\n");
}

/* Who sleeps so long is of this test. */
syscall::clock_nanosleep:entry
/1 && *(uint64_t *)copyin(arg2 + 8, 8) == $1/
{
	printf("runs %s %d\n", zonename, zoneid >= 1000000);
	mine[pid] = 1;
}

sched:::wakeup
/mine[args[1]->pr_pid]/
{
	printf("woken %s %d\n", args[1]->pr_zone, args[1]->pr_zoneid >= 1000000);
}
