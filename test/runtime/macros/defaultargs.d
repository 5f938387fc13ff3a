/* @opts: -xdefaultargs */
#pragma D option quiet

BEGIN
{
	printf("%d [%s] %d\n", $1, $$2, $9);
	exit($3);
}
