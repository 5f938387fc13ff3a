struct i { int a; } *ip; struct o { int b; int c; }; translator struct o < struct i *p > { b = p->a; };

BEGIN
{
	xlate <struct o> (ip).c;
}
