#pragma D option quiet

BEGIN
{
	*(char *)NULL;
}

ERROR
{
	printf("Hit an error!\n");
	exit(0);
}
