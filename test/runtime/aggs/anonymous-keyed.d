/* The aggregation without a name, with keys. */
#pragma D option quiet

BEGIN
{
	@["one", 1] = count();
	@["two", 2] = count();
	@["two", 2] = count();
	exit(0);
}
