#pragma D option quiet

BEGIN
{
	x = 0;
	y = 3;
	y %= x;
	printf("not reached\n");
}

BEGIN
{
	printf("y is still %d\n", y);
	exit(0);
}

ERROR
{
	printf("fault %d\n", arg4);
}
