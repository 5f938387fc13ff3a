#pragma D option quiet

BEGIN
{
	a = b = c = 4;
	a += b -= c *= 2;
	printf("%d %d %d\n", a, b, c);
	d = (e = 3) * (f = 4);
	printf("%d %d %d\n", d, e, f);
	g[1] = g[2] = h["x"] = 9;
	printf("%d %d %d\n", g[1], g[2], h["x"]);
	self->i = this->j = k = "str";
	printf("%s %s %s\n", self->i, this->j, k);
	exit(0);
}
