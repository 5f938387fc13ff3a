/* @trigger: perl -e 'for (1..5) { fork() || exit 0; wait() }' */
#pragma D option quiet

sdt:::sched_process_fork,
sdt:::sched_process_exit,
sdt:::sched_process_exec
/progenyof($target)/
{
	@[probename] = count();
}

END
{
	printa("%s %@d\n", @);
}
