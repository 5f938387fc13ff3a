/* A macro argument may be a name. */
/* @args: value 3 */
#pragma D option quiet

int value;

BEGIN
{
	$1 = $2;
	printf("%d\n", value);
	exit(0);
}
