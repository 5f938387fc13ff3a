#pragma D option quiet

int n;

tick-20ms
{
	n++;
}

tick-20ms
/n == 10/
{
	printf("%d %s\n", n, probename);
	exit(0);
}
