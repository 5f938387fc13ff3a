#pragma D option quiet

/* A tick has no stack of anybody. */
tick-20ms
{
	@[stack()] = count();
	n++;
}

tick-20ms
/n == 5/
{
	exit(0);
}

END
{
	printa("%k%@d\n", @);
}
