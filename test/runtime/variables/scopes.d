/* The same name in three scopes is three variables. */
#pragma D option quiet

BEGIN
{
	x = 1;
	self->x = 2;
	this->x = 3;
	printf("%d %d %d\n", x, self->x, this->x);
	x++; self->x += 10; this->x *= 5;
	printf("%d %d %d\n", x, self->x, this->x);
	exit(0);
}
