enum e { A = "x" };

BEGIN
{
	1;
}
