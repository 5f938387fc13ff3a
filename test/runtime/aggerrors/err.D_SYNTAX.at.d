/* A name is missing. */
#pragma D option quiet

BEGIN
{
	@[1 = count();
	exit(0);
}
