/* avg() takes one value. */
#pragma D option quiet

BEGIN
{
	@a = avg();
	exit(0);
}
