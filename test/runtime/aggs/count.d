/* count() without keys, with an integer and with a string as the key. */
#pragma D option quiet

BEGIN
{
	@plain = count();
	@plain = count();
	@byint[1] = count();
	@byint[2] = count();
	@byint[2] = count();
	@bystr["a"] = count();
	@bystr["b"] = count();
	@bystr["b"] = count();
	@bystr["b"] = count();
	exit(0);
}
