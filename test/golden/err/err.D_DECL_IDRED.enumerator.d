enum e { A, B }; enum f { B, C };

BEGIN
{
	1;
}
