/* A value that was never assigned. */
#pragma D option quiet

BEGIN
{
	@a = sum(nosuchvariable);
	exit(0);
}
