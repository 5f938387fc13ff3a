BEGIN
{
	nosuch[1];
}
