/* A speculation that does not exist swallows the data of its clause, not its assignments. */
/* @opts: -q */
BEGIN
{
	speculate(7);
	printf("lost\n");
	x = 42;
	self->y = 1;
}

BEGIN
{
	printf("x %d y %d\n", x, self->y);
	exit(0);
}
