/* Every power of two from 1 to 2**62, once. */
#pragma D option quiet

int n;

tick-1ms
/n < 63/
{
	@ = quantize(1ull << n);
	n++;
}

tick-1ms
/n == 63/
{
	exit(0);
}
