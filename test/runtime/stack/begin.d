/* BEGIN runs for dtrace itself: no stack of anybody's. */
#pragma D option quiet

BEGIN
{
	stack();
	ustack();
	printf("%d %d|\n", stackdepth, ustackdepth);
	exit(0);
}
