provider foo { probe a(int x) : (int y); };

BEGIN
{
	1;
}
