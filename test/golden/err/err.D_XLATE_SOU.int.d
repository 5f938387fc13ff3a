struct i { int a; }; translator int < struct i *p > { b = 1; };

BEGIN
{
	1;
}
