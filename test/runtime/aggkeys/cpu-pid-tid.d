/* Keys of the current thread: one process, so one entry. */
/* @trigger: /bin/true */
#pragma D option quiet

BEGIN
{
	@a[pid, tid, uid, cpu] = count();
	@b[pid == $pid, execname, ppid > 0] = count();
	@b[pid == $pid, execname, ppid > 0] = count();
	exit(0);
}

END
{
	printa("%d %s %d: %@d\n", @b);
	printf("\n");
	trunc(@a);
	trunc(@b);
}
