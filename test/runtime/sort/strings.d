/* Texts byte by byte; a shorter one first. */
#pragma D option quiet
#pragma D option aggsortkey

BEGIN
{
	@["abc"] = count();
	@["ab"] = count();
	@["ABC"] = count();
	@["abd"] = count();
	@["abcdefghijklm"] = count();
	@["abcdefghijkl"] = count();
	@["abcdefghijklmno"] = count();
	@["\xe9"] = count();
	@["10"] = count();
	@["9"] = count();
	exit(0);
}
