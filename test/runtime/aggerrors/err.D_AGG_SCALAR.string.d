/* Strings cannot be added up. */
#pragma D option quiet

BEGIN
{
	@a = sum("x");
	exit(0);
}
