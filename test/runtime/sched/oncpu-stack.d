/* @needs: tp:sched_exit_tp */
/* @opts: -q -xstackframes=3 -xustackframes=1 */
/* @trigger: sleep 0.1 */
/* @filter: s/\+0x[0-9a-f]+//; s/^ +// */
/* The thread that arrives is asked for its own stacks and memory, also where it arrives for the first time. */
sched:::off-cpu
/pid == $target/
{
	self->off = timestamp;
	offs++;
}

sched:::on-cpu
/pid == $target/
{
	ons++;
}

sched:::on-cpu
/self->off && timestamp - self->off > 90000000/
{
	@[stack(), ustack(), curpsinfo->pr_psargs] = count();
	self->off = 0;
}

END
{
	/* None is missed: the arrival before its first departure was not seen, the departure of its exit has no arrival. */
	printf("%d\n", ons - offs);
}
