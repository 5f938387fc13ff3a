/* No aggregation in a clause that commits. */
#pragma D option quiet

BEGIN
{
	commit(1);
	@a = count();
	exit(0);
}
