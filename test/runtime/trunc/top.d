/* A positive count leaves the greatest. */
#pragma D option quiet

BEGIN
{
	@a["five"] = sum(5);
	@a["one"] = sum(1);
	@a["three"] = sum(3);
	@a["minus"] = sum(-10);
	@a["four"] = sum(4);
	trunc(@a, 3);
	exit(0);
}
