/* What is added up is extended by the rules of its own type. */
#pragma D option quiet

BEGIN
{
	@c["char"] = sum((char)0xff);
	@c["unsigned char"] = sum((unsigned char)0xff);
	@c["short"] = sum((short)0xffff);
	@c["unsigned short"] = sum((unsigned short)0xffff);
	@c["int"] = sum((int)0xffffffff);
	@c["unsigned int"] = sum((unsigned int)0xffffffff);
	@c["long"] = sum((long)0xffffffff);
	exit(0);
}
