/* Only below the range. */
#pragma D option quiet

BEGIN
{
	@ = lquantize(-9223372036854775807 - 1, 0, 3);
	exit(0);
}
