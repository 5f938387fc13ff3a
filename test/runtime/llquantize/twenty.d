/* Decades divided in twenty. */
#pragma D option quiet

int n;

tick-1ms
/n < 25/
{
	@ = llquantize(n * 50, 10, 1, 2, 20);
	n++;
}

tick-1ms
/n == 25/
{
	exit(0);
}
