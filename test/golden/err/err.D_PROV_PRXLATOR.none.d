struct o { int b; }; provider foo { probe a(int x) : (struct o *x); };

BEGIN
{
	1;
}
