enum e { A, A };

BEGIN
{
	1;
}
