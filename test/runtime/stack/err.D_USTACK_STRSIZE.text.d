BEGIN
{
	ustack(3, "a");
}
