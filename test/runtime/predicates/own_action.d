/* A predicate knows what the actions behind it assign to; NULL is a 0 beside an address. */
/* @opts: -q */
BEGIN
/self->last == 0 && self->buf == NULL/
{
	self->last = timestamp;
	self->buf = arg0 + 1;
	printf("first\n");
}

BEGIN
/self->buf != NULL && n++ == 0/
{
	self->buf = NULL;
	printf("%d %d\n", n, self->buf == NULL);
}

BEGIN
/self->last == 0/
{
	printf("never\n");
}

BEGIN
{
	exit(0);
}
