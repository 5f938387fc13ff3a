/* A user address that cannot be read is an error that ERROR sees */
/* @opts: -q */

BEGIN
{
	this->s = copyinstr(8);
	printf("not reached\n");
}
ERROR
{
	printf("%d %d %d 0x%x\n", arg1 == 1, arg2, arg4, arg5);
	exit(0);
}
