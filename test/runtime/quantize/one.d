/* One alone: zero is the bucket below. */
#pragma D option quiet

BEGIN
{
	@ = quantize(1);
	exit(0);
}
