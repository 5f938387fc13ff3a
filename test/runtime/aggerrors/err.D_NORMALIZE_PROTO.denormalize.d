/* denormalize() takes an aggregation. */
#pragma D option quiet

BEGIN
{
	denormalize();
	exit(0);
}
