#pragma D option quiet

BEGIN
{
	total = 0;
}

tick-10ms
{
	total++;
}

tick-10ms
/total == 5/
{
	exit(0);
}

END
{
	printf("%d\n", total);
}
