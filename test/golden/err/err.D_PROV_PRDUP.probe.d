provider foo { probe a(); probe a(int); };

BEGIN
{
	1;
}
