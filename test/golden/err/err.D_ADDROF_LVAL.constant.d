BEGIN
{
	&5;
}
