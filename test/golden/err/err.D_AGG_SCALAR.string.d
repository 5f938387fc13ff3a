/* only numbers are aggregated */
BEGIN
{
	@a = sum(execname);
}
