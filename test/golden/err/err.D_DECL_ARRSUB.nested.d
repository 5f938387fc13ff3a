typedef int t[int];

BEGIN
{
}
