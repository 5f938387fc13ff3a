BEGIN
/self->t/
{
	self->t = 0;
}

END
{
	self->t = 1;
}
