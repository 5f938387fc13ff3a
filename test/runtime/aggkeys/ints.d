/* Keys of every integer type, and how wide each is shown. */
#pragma D option quiet

BEGIN
{
	@c[(char)-5] = sum(1);
	@uc[(unsigned char)250] = sum(1);
	@s[(short)-300] = sum(1);
	@us[(unsigned short)65000] = sum(1);
	@i[-70000] = sum(1);
	@ui[(unsigned int)4000000000] = sum(1);
	@l[-5000000000] = sum(1);
	@ul[(unsigned long)0xffffffffffffffff] = sum(1);
	exit(0);
}
