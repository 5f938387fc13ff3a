struct i { int a; }; struct o { int b; }; translator struct o < struct i *p > { b = "x"; };

BEGIN
{
	1;
}
