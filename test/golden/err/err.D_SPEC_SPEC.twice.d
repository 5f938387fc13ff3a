/* one speculate() is enough */
BEGIN
{
	speculate(1);
	speculate(1);
}
