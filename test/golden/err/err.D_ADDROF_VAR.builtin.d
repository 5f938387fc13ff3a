BEGIN
{
	&pid;
}
