BEGIN
{
	self->nosuch;
}
