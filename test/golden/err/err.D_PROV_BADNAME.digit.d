provider foo1 { probe a(); };

BEGIN
{
	1;
}
