/* @filter: s/^  [0-9]+ /CPU / */
/* Actions on aggregations are recorded, so their clauses have lines. */
BEGIN
{
	@a[1] = sum(10);
	@b[1] = sum(20);
	clear(@a);
}

BEGIN
{
	trunc(@b);
	exit(0);
}
