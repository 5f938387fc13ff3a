BEGIN
/self->t/
{
	trace(1);
}

END
{
	self->t = 1;
}
