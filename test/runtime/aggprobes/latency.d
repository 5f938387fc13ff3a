/* The usual question: how long, by call. */
/* @trigger: sh -c 'cd /; cd /; cd /tmp; cd /nowhere 2>/dev/null; :' */
#pragma D option quiet

syscall::chdir:entry
/pid == $target/
{
	self->ts = timestamp;
}

syscall::chdir:return
/self->ts/
{
	@n[probefunc] = count();
	@errs[probefunc, errno] = count();
	@neg[probefunc] = sum(timestamp - self->ts > 0 ? 0 : 1);
	self->ts = 0;
}

END
{
	printa("%s: %@d\n", @n);
	printa("%s: %@d not after its start\n", @neg);
	printa("%s %d: %@d\n", @errs);
}
