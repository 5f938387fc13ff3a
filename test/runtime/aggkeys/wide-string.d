/* A key wider than its column. */
#pragma D option quiet

BEGIN
{
	@a["This key has more than the fifty characters that the column has.", 1] = count();
	@a["short", 2] = count();
	exit(0);
}
