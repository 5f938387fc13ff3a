/* How long a thread slept for a mutex, or spun, is not longer than since it called what needs it. */
/* @trigger: perl contend.pl pipe 12 */
#pragma D option quiet

syscall::write:entry
/progenyof($target)/
{
	self->entered = timestamp;
}

lockstat:::adaptive-spin,
lockstat:::adaptive-block
/self->entered/
{
	n++;
	wrong += arg0 == 0 || arg1 == 0 || arg1 > timestamp - self->entered;
}

syscall::write:return
{
	self->entered = 0;
}

tick-100ms
/n >= 10/
{
	printf("%d\n", wrong);
	exit(0);
}
