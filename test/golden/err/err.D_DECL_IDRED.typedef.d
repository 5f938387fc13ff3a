typedef int a; typedef string a;

BEGIN
{
}
