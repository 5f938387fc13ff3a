/* Without keys. */
#pragma D option quiet
#pragma D option agghist

BEGIN
{
	@ = count();
	exit(0);
}
