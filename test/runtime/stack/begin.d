/* BEGIN runs in a system call of dtrace's own, whose stack it has. */
/* @filter: /entry_SYSCALL|`syscall|\|/!d;s,\+0x.*,,;s,[a-z0-9.]+`syscall,USER`syscall, */
#pragma D option quiet

BEGIN
{
	stack();
	ustack();
	printf("%d %d %d|\n", stackdepth > 2, ustackdepth > 0, caller > 0);
	exit(0);
}
