/* normalize() takes two. */
#pragma D option quiet

BEGIN
{
	@a = count();
	normalize(@a, 1, 2);
	exit(0);
}
