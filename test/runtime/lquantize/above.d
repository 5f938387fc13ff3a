/* Only above the range. */
#pragma D option quiet

BEGIN
{
	@ = lquantize(9223372036854775807, 0, 3);
	exit(0);
}
