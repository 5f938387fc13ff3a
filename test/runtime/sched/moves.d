/* A thread that is moved to another CPU while it waits leaves one run queue, then comes to the other: not the other way round. */
/* @run: $DTRACE -qs $TEST -c 'sh ./moves.sh' */
/* @timeout: 60 */
sched:::enqueue
{
	came[args[0]->pr_lwpid] = timestamp;
}

sched:::dequeue
/came[args[0]->pr_lwpid] == timestamp/
{
	turned++;
}

sdt:::sched_migrate_task
{
	moves++;
}

END
{
	printf("%d %d\n", moves > 0, turned);
}
