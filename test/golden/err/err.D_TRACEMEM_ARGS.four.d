/* tracemem() takes no fourth argument */
BEGIN
{
	tracemem(arg0, 8, 8, 8);
}
