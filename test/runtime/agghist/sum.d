/* Bars of both signs. */
#pragma D option quiet
#pragma D option agghist

BEGIN
{
	@["up"] = sum(30);
	@["down"] = sum(-10);
	@["none"] = sum(0);
	exit(0);
}
