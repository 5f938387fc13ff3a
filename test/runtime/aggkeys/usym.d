/* Symbols as keys: those of address 0 have no name. */
#pragma D option quiet

BEGIN
{
	@a[usym(0)] = count();
	@b[sym(0)] = count();
	@c[func(0), mod(0)] = count();
	exit(0);
}
