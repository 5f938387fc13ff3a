/* Only where the predicate holds. */
#pragma D option quiet

int n;

tick-1ms
/n % 2 == 0 && n < 40/
{
	@even = count();
}

tick-1ms
/n % 4 == 1 && n < 40/
{
	@fourth = count();
}

tick-1ms
/n++ == 40/
{
	exit(0);
}
