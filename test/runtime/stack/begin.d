/* BEGIN runs in a system call of dtrace's own, whose stack it has. */
/* @filter: /entry_SYSCALL|dtrace`syscall|\|/!d;s,\+0x.*,, */
#pragma D option quiet

BEGIN
{
	stack();
	ustack();
	printf("%d %d %d|\n", stackdepth > 2, ustackdepth > 0, caller > 0);
	exit(0);
}
