#pragma D option quiet

BEGIN
{
	printf("%d\n", errno);
	exit(0);
}
