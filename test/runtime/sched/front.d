/* @run: $DTRACE -qs front.d -c "python3 -I front.py" */
/* A thread of real-time class FIFO that is pushed aside by one of higher priority stands in front of its queue, one that is woken behind; so does all
 * that is not scheduled in real time. */
sched:::enqueue
/args[1]->pr_pid == $target && args[0]->pr_clname == "RT"/
{
	@[args[3] ? "in front" : "behind", pid == $target && tid == args[0]->pr_lwpid ? "pushed aside" : "woken"] = count();
}

sched:::enqueue
/args[0]->pr_clname == "TS"/
{
	wrong += args[3];
}

END
{
	printf("%d\n", wrong);
	setopt("aggsortkey");
	printa("%s: %s\n", @);
}
