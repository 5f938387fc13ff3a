/* Values assigned in a branch are seen after it. */
#pragma D option quiet

this int v;

BEGIN
{
	this->v = 1;
	x = 2;
	if (x == 2) {
		this->v = 10;
		self->w = 20;
		s = "then";
	} else {
		this->v = 11;
		self->w = 21;
		s = "else";
	}
	printf("%d %d %s\n", this->v, self->w, s);
	if (x == 3) {
		this->v = 30;
		@c = count();
	} else
		this->v = 31;
	printf("%d\n", this->v);
	exit(0);
}
