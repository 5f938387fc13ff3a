/* denormalize() takes one aggregation. */
#pragma D option quiet

BEGIN
{
	@a = count();
	denormalize(@a, 1);
	exit(0);
}
