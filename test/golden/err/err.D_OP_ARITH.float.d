float f;

BEGIN
{
	f / 2;
}
