struct i { int a; }; struct o { int b; }; translator struct o < struct i *p > { c = p->a; };

BEGIN
{
	1;
}
