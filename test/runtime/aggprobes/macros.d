/* Macro arguments as keys and values. */
/* @args: 42 word "two words" */
#pragma D option quiet

BEGIN
{
	@a[$1, $$2, $$3] = sum($1);
	@a[$1 + 1, "x", $$1] = sum(-$1);
	exit(0);
}
