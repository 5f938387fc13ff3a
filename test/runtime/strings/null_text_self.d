/* Printing a NULL string is an error */
/* @opts: -q */

BEGIN
{
	self->s = "x";
	self->s = NULL;
	printf("%s\n", self->s);
}

BEGIN
{
	exit(0);
}
