BEGIN
{
	strlen;
}
