BEGIN
{
	tracemem(0, 8, 8, 8);
}
