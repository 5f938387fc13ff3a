/* printa() without a format draws them too; with one it does not. */
#pragma D option quiet
#pragma D option agghist

BEGIN
{
	@["a"] = sum(1);
	@["b"] = sum(3);
	printa(@);
	printa("%s %@d\n", @);
	exit(0);
}
