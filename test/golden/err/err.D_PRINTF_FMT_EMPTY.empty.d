/* a format says something */
BEGIN
{
	printf("");
}
