#pragma D option quiet

/* A fault in a tick does not stop the ticks. */
tick-10ms
{
	n++;
}

tick-10ms
/n < 4/
{
	x = *(int *)n;
}

tick-10ms
/n == 5/
{
	printf("%d\n", n);
	exit(0);
}

ERROR
{
	@e = count();
}
