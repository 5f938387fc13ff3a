/* A key that was never assigned. */
#pragma D option quiet

BEGIN
{
	@a[nosuchvariable] = count();
	exit(0);
}
