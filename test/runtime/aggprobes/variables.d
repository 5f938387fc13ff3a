/* Variables of each kind as keys, set and not. */
#pragma D option quiet

self int none;
int f[int];

BEGIN
{
	self->a = "thread";
	this->b = "clause";
	c = "global";
	d["x"] = "assoc";
	@[self->a, this->b, c, d["x"]] = count();
	@n[self->none, this->x = 4, f[1]] = count();
	exit(0);
}
