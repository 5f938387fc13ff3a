/* Squares add up in 128 bits. */
#pragma D option quiet

BEGIN
{
	@a = stddev(0x7fffffffffffffff);
	@a = stddev(-0x7fffffffffffffff);
	@b = stddev(1000000000000000000);
	@b = stddev(-1000000000000000000);
	@b = stddev(1000000000000000000);
	@b = stddev(-1000000000000000000);
	exit(0);
}
