/* There is no such function. */
#pragma D option quiet

BEGIN
{
	@a = nosuch(1);
	exit(0);
}
