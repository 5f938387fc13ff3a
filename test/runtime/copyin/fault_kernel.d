/* Kernel addresses are no user addresses */
/* @opts: -q */

BEGIN
{
	trace(copyinstr((uintptr_t)curthread->comm) == execname);
}
ERROR
{
	printf("%d\n", arg4);
	exit(0);
}
