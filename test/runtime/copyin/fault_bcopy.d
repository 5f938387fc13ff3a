/* bcopy() writes scratch memory alone */
/* @opts: -q */

BEGIN
{
	bcopy(alloca(8), (void *)curthread, 8);
}
ERROR
{
	printf("%d %d\n", arg4, arg5 == (uintptr_t)curthread);
	exit(0);
}
