#pragma D option quiet

BEGIN
{
	self->n = 4;
	self->s = "kept";
}

BEGIN
{
	self->n *= 2;
	printf("%d %s\n", self->n, self->s);
	self->n = 0;
	self->s = NULL;
}

BEGIN
{
	printf("%d %d\n", self->n, self->s == NULL);
	exit(0);
}
