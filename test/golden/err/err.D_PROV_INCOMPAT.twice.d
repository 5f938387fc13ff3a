provider foo { probe a(int); }; provider foo { probe a(string); };

BEGIN
{
	1;
}
