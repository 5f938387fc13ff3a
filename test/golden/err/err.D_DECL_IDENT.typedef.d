typedef int;

BEGIN
{
}
