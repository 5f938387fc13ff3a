/* Division inside a predicate needs parentheses. */
#pragma D option quiet

BEGIN
/(10 / 2) == 5/
{
	printf("ok\n");
	exit(0);
}
