/* Records in a speculative buffer. */
BEGIN
{
	self->spec = speculation();
}

tick-10ms
/self->spec/
{
	speculate(self->spec);
	printf("%d", arg0);
}

tick-1s
{
	commit(self->spec);
	self->spec = 0;
}
