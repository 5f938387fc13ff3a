enum e { A }; enum e { B };

BEGIN
{
	1;
}
