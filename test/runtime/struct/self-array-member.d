#pragma D option quiet

struct s { int n; int v[4]; };
self struct s t;
this struct s c;

BEGIN
{
	i = 2;
	self->t.v[i] = 5;
	self->t.v[i]++;
	this->c.v[i] = self->t.v[i] * 2;
	this->c.v[i + 1] = 7;
	printf("%d %d %d %d\n", self->t.v[2], this->c.v[2], this->c.v[3], self->t.v[0]);
	exit(0);
}
