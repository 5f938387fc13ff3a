/* tracemem() wants an address */
BEGIN
{
	tracemem(execname, 8);
}
