#pragma D option quiet

tick-1ms
{
	n++;
}

tick-1s
{
	printf("%d\n", n >= 900 && n <= 1100);
	exit(0);
}
