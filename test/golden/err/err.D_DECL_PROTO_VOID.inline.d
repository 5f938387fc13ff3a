inline int f[int a, void b] = a;

BEGIN
{
	1;
}
