/* Fewer, wider steps. */
#pragma D option quiet

int n;

tick-1ms
/n < 40/
{
	@ = llquantize(n * 3, 5, 1, 2, 5);
	n++;
}

tick-1ms
/n == 40/
{
	exit(0);
}
