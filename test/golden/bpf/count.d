/* A count for each key. */
tick-1s
{
	@[pid] = count();
}
