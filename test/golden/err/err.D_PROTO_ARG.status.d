/* exit() wants an integer */
BEGIN
{
	exit("no");
}
