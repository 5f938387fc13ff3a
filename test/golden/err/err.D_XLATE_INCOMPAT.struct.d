struct i { int a; }; struct n { int z; } v; struct o { int b; }; translator struct o < struct i *p > { b = v; };

BEGIN
{
}
