/* count() takes nothing. */
#pragma D option quiet

BEGIN
{
	@a = count(1);
	exit(0);
}
