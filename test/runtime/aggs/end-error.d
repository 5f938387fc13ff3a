/* BEGIN, ERROR and END all count. */
#pragma D option quiet

BEGIN
{
	@a[probename] = count();
	*(int *)0;
}

ERROR
{
	@a[probename] = count();
	exit(0);
}

END
{
	@a[probename] = count();
}
