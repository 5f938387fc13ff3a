/* Small types compare by their values, not by their bits. */
#pragma D option quiet

BEGIN
{
	@a = min((char)-1);
	@a = min((char)1);
	@b = max((unsigned char)255);
	@b = max((unsigned char)1);
	@c = max((int)-1);
	@c = max((int)1);
	@d = max((unsigned int)-1);
	@d = max((unsigned int)1);
	@e = min((short)-300);
	@e = min((short)-200);
	exit(0);
}
