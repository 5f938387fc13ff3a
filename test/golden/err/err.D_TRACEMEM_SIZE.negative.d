/* tracemem() wants a size above zero */
BEGIN
{
	tracemem(arg0, -1);
}
