int i;

BEGIN
{
	@a = count();
	x = i ? @a : @a;
}
