#pragma D option quiet

/* BEGIN and END run in dtrace itself. */
BEGIN
{
	printf("%d %d %d %s\n", pid == $pid, ppid == $ppid, tid == $pid, execname);
	exit(0);
}

END
{
	printf("%d %d %s\n", pid == $pid, ppid == $ppid, execname);
}
