/* Counting goes on after clear(): each round shows its own values. */
/* @timeout: 20 */
#pragma D option quiet
#pragma D option switchrate=5ms

int n;

tick-900ms
/n < 3/
{
	n++;
	@a["t"] = sum(n);
	@lo = min(n);
	@hi = max(-n);
	printa("%s %@d\n", @a);
	printa("%@d\n", @lo);
	printa("%@d\n", @hi);
	clear(@a);
	clear(@lo);
	clear(@hi);
}

tick-900ms
/n == 3/
{
	exit(0);
}
