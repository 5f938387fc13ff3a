/* How long a CPU takes to go over from one thread to another: never nothing, and a small part of what it does. */
/* @run: $DTRACE -qs $TEST -c '/usr/bin/python3 -I -c "import time; [time.sleep(0.001) for i in range(300)]"' */
/* @needs: tp:sched_exit_tp */
sched:::off-cpu
{
	left[cpu] = timestamp;
}

sched:::on-cpu
/left[cpu]/
{
	switches++;
	none += timestamp == left[cpu];
	left[cpu] = 0;
}

END
{
	printf("%d %d\n", switches > 300, none * 20 < switches);
}
