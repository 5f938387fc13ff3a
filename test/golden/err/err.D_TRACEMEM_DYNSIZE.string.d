/* the second size of tracemem() is an integer */
BEGIN
{
	tracemem(arg0, 8, execname);
}
