/* A fault in ERROR's own clause fires nothing more. */
#pragma D option quiet

BEGIN
{
	x = *(int *)0;
}

BEGIN
{
	printf("goes on\n");
	exit(0);
}

ERROR
{
	printf("error\n");
	y = *(int *)4;
}

ERROR
{
	printf("second\n");
}
