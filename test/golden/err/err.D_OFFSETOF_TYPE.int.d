BEGIN
{
	offsetof(int, a);
}
