BEGIN
{
	timestamp = 0;
}
