#pragma D option quiet

BEGIN
{
	x = curthread->in_execve;
	y = curthread->sched_reset_on_fork;
	printf("%d %d %d\n", x, y, sizeof (curthread->in_execve + 0));
	printf("%d\n", curthread->in_execve == 0 && curthread->sched_reset_on_fork == 0);
	exit(0);
}
