int i;

BEGIN
{
	xlate <int> (i);
}
