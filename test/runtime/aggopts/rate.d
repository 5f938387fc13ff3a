/* -xaggrate does not change what comes out in the end. */
#pragma D option quiet
#pragma D option aggrate=10ms
#pragma D option switchrate=10ms

int n;

tick-5ms
/n < 40/
{
	@["n"] = sum(n);
	n++;
}

tick-5ms
/n == 40/
{
	exit(0);
}
