/* Keys are expressions. */
#pragma D option quiet

BEGIN
{
	i = 3;
	@a[i > 2 ? "more" : "less"] = count();
	@a[i > 5 ? "more" : "less"] = count();
	@a[i == 3 ? "more" : "less"] = count();
	@b[i * 2, i++, i] = count();
	@b[i << 1, 3, i] = count();
	exit(0);
}
