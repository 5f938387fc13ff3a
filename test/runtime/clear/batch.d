/* Records that are read together see the same counts: the first clear() empties them for all. */
/* @timeout: 20 */
#pragma D option quiet
#pragma D option switchrate=2s

int n;

tick-20ms
/n < 3/
{
	n++;
	@a["t"] = sum(n);
	printa("%s %@d\n", @a);
	clear(@a);
}

tick-20ms
/n == 3/
{
	exit(0);
}
