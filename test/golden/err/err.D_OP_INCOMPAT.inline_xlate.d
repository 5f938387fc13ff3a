struct o { int a; }; struct i { int a; } *ip; translator struct o < struct i *p > { a = 1; }; inline int x = xlate <struct o> (ip);

BEGIN
{
}
