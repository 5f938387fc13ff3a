/* The commonest program there is. */
tick-1s
{
	@[execname] = count();
}
