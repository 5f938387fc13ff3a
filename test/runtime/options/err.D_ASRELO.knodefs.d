/* @opts: -x knodefs */
/* It may be compiled, but not run. */
BEGIN
{
	trace(`no_such_symbol_anywhere);
}
