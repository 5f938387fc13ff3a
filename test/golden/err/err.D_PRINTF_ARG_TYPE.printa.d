/* %s is for strings, this key is an integer */
BEGIN
{
	@a[pid] = count();
	printa("%s %@d\n", @a);
}
