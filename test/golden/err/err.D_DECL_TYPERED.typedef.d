int a; typedef int a;

BEGIN
{
}
