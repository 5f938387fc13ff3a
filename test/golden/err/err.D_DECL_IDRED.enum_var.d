int A; enum e { A };

BEGIN
{
	1;
}
