/* A string takes 33 columns, flush left, after two blanks. */
/* @filter: s/^  [0-9]+ /CPU / */
BEGIN
{
	trace("short");
	trace("next");
}

BEGIN
{
	trace("a string that is a good deal longer than the column for strings");
	trace(1);
	exit(0);
}
