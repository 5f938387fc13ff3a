/* The value's own type decides what it is. */
#pragma D option quiet

BEGIN
{
	@c = quantize((char)255);
	@uc = quantize((unsigned char)255);
	@i = quantize((int)0xffffffff);
	@ui = quantize((unsigned int)0xffffffff);
	exit(0);
}
