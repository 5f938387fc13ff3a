/* The record takes 12 bytes of head, aligned to 16, and 4 values of 8 bytes: 48. */
#pragma D option quiet
#pragma D option specsize=48

long long x;

BEGIN
{
	x = 123456789;
	self->speculated = 0;
	self->committed = 0;
	self->spec = speculation();
	printf("Speculation: %d\n", self->spec);
}

BEGIN
{
	speculate(self->spec);
	printf("%lld: a line\n", x);
	printf("%lld: another\n", x);
	printf("%lld: a third\n", x);
	printf("%lld: the last\n", x);
	self->speculated++;
}

BEGIN
/self->speculated/
{
	commit(self->spec);
	self->committed++;
}

BEGIN
/self->committed/
{
	printf("committed\n");
	exit(0);
}
