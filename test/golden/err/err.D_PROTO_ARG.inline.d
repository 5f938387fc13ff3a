inline int f[int a] = a;

BEGIN
{
	f["x"];
}
