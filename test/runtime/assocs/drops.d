/* Without room for an element the assignment is dropped and reported. */
/* @opts: -xdynvarsize=256 */
#pragma D option quiet

int i;

tick-1ms
/i < 100/
{
	a[i++, "some key"] = 1;
}

tick-1ms
/i == 100/
{
	exit(0);
}
