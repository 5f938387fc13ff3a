/* Many updates of the same entries, from a timer. */
#pragma D option quiet

int n;

tick-1ms
/n < 50/
{
	n++;
	@c = count();
	@s["n"] = sum(n);
	@lo["n"] = min(n);
	@hi["n"] = max(n);
	@avg["n"] = avg(n);
	@sd["n"] = stddev(n);
}

tick-1ms
/n == 50/
{
	exit(0);
}
