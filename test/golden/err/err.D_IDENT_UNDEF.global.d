BEGIN
{
	nosuch;
}
