#pragma D option quiet
/* @exit: 3 */

BEGIN
{
	trace(*(char *)NULL);
}

ERROR
{
	printf("caught\n");
	exit(3);
}
