/* One aggregation filled by several clauses. */
#pragma D option quiet

BEGIN
{
	@a["k"] = sum(1);
}

BEGIN
{
	@a["k"] = sum(10);
	@a["l"] = sum(5);
}

BEGIN
/1/
{
	@a["k"] = sum(100);
	exit(0);
}

END
{
	@a["l"] = sum(1000);
}
