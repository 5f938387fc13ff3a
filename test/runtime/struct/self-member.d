#pragma D option quiet

struct s { int a; string n; };
self struct s t;
this struct s c;

BEGIN
{
	self->t.a = 5;
	self->t.a++;
	this->c.a = self->t.a * 2;
	this->c.a -= 1;
}

BEGIN
{
	printf("%d %d\n", self->t.a, this->c.a);
	exit(0);
}
