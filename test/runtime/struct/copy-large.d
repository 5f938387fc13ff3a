#pragma D option quiet

struct big { int head; char fill[200]; int tail; };
struct big a, b;
this struct big c;
self struct big d;
struct big e[int];

BEGIN
{
	a.head = 1; a.tail = 2; a.fill[199] = 3;
	b = a;
	this->c = b;
	self->d = this->c;
	e[1] = self->d;
	a.head = 0;
	printf("%d %d %d\n", b.head, b.tail, b.fill[199]);
	printf("%d %d %d\n", this->c.head, this->c.tail, this->c.fill[199]);
	printf("%d %d %d\n", self->d.head, self->d.tail, self->d.fill[199]);
	printf("%d %d %d\n", e[1].head, e[1].tail, e[1].fill[199]);
	exit(0);
}
