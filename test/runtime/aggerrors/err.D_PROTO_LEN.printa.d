/* printa() takes an aggregation. */
#pragma D option quiet

BEGIN
{
	printa();
	exit(0);
}
