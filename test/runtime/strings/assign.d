/* Strings move between variables of every class by value */
/* @opts: -q */

string g, h;
BEGIN
{
	g = "one";
	h = g;
	g = "two";
	this->a = h;
	self->a = this->a;
	x[self->a] = strjoin(self->a, "+");
	y["k", 1] = x["one"];
	self->a = "three";
	printf("%s %s %s %s %s %s\n", g, h, this->a, self->a, x[h], y["k", 1]);
	g = g;
	h = self->a = "four";
	printf("%s %s %s\n", g, h, self->a);
	x[h] = g;
	x[g] = x[h];
	printf("%s %s %s\n", x["four"], x["two"], x["one"]);
}
BEGIN
{
	printf("%s %s %s\n", g, this->a, self->a);
	exit(0);
}
