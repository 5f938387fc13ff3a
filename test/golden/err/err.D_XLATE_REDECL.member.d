struct i { int a; }; struct o { int b; }; translator struct o < struct i *p > { b = 1; b = 2; };

BEGIN
{
	1;
}
