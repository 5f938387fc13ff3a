/* the format is a string constant */
BEGIN
{
	printf(execname);
}
