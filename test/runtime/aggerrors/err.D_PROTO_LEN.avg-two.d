/* avg() takes one value. */
#pragma D option quiet

BEGIN
{
	@a = avg(1, 2);
	exit(0);
}
