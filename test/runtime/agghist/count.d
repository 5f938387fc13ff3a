/* -xagghist: one bar for each key. */
#pragma D option quiet
#pragma D option agghist

BEGIN
{
	@["open"] = count();
	@["open"] = count();
	@["open"] = count();
	@["close"] = count();
	exit(0);
}
