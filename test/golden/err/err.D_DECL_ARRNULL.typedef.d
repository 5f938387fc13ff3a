typedef int t[]; t v;

BEGIN
{
}
