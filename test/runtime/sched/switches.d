/* @opts: -q */
/* @trigger: sleep 0.2 */
/* Every time off the CPU is followed by one on it, in the same thread; a sleeping program sleeps. */
uint64_t longest;

sched:::off-cpu
/pid == $target/
{
	self->off = timestamp;
	offs++;
}

sched:::on-cpu
/self->off/
{
	ons++;
	longest = timestamp - self->off > longest ? timestamp - self->off : longest;
	self->off = 0;
}

sched:::sleep
/pid == $target/
{
	slept = 1;
}

END
{
	/* the last switch is the exit's: nothing comes back from it */
	printf("%d %d %s\n", offs - ons, slept, longest >= 200000000 ? "slept its time" : "woke early");
}
