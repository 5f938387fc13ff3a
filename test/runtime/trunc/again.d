/* A key that was removed comes back when it is counted again, from zero. */
/* @timeout: 20 */
#pragma D option quiet
#pragma D option switchrate=5ms

int n;

tick-100ms
/n == 0/
{
	@a["x"] = sum(100);
	@a["y"] = sum(200);
	@lo["x"] = min(-100);
	@plain = max(1000);
	@q["x"] = quantize(1);
}

tick-100ms
/n == 2/
{
	trunc(@a);
	trunc(@lo);
	trunc(@plain);
	trunc(@q);
}

tick-100ms
/n == 5/
{
	@a["x"] = sum(1);
	@lo["x"] = min(7);
	@plain = max(-5);
	@q["x"] = quantize(4);
}

tick-100ms
{
	n++;
}

tick-100ms
/n == 6/
{
	exit(0);
}
