inline int f[int a] = a; inline int g = f[1, 2];

BEGIN
{
}
