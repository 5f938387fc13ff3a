/* @trigger: taskset -c 0 sh -c "while :; do :; done" */
#pragma D option quiet

/* Thread-local variables of the idle threads, and in interrupts. */
profile-499
{
	self->n++;
	@[self->n > 0] = count();
}

tick-300ms
{
	exit(0);
}

END
{
	printa("%d\n", @);
}
