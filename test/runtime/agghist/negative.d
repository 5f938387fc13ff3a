/* Only negative values. */
#pragma D option quiet
#pragma D option agghist

BEGIN
{
	@["a"] = sum(-30);
	@["b"] = sum(-10);
	exit(0);
}
