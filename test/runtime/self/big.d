#pragma D option quiet

struct big { long v[100]; };
self struct big b;
self string s1, s2, s3, s4;

BEGIN
{
	i = 99;
	self->b.v[i] = 5;
	self->b.v[0] = 6;
	self->s1 = "1"; self->s4 = "4";
}

BEGIN
{
	printf("%d %d %d %s %s\n", self->b.v[99], self->b.v[0], self->b.v[50], self->s1, self->s4);
	exit(0);
}
