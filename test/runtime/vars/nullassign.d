#pragma D option quiet

struct s { int a; } *p;

BEGIN
{
	x = NULL;
	self->y = NULL;
	this->z = NULL;
	p = NULL;
	s = "abc";
	s = NULL;
	self->t = "def";
	self->t = NULL;
	printf("%d %d %d %d %d %d\n", x == NULL, self->y == NULL, this->z == NULL, p == NULL, s == NULL,
	    self->t == NULL);
	exit(0);
}
