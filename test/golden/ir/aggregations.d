/* A cell without keys, a table with a key, a distribution. */
tick-1s
{
	@ = count();
	@s[cpu] = sum(arg0);
	@q[pid] = quantize(arg0);
}
