/* Declarations inside of no clause: self and this with types. */
#pragma D option quiet

self int a, b;
this char c;
self struct { int x; char y; } st;
this int *p;
self int m[int, int];

BEGIN
{
	self->a = 1; self->b = 2; this->c = 300; self->st.x = 4; self->st.y = 5;
	self->m[1, 2] = 6;
	this->p = (int *)alloca(4);
	*this->p = 7;
	printf("%d %d %d %d %d %d %d\n", self->a, self->b, this->c, self->st.x, self->st.y,
	    self->m[1, 2], *this->p);
	exit(0);
}
