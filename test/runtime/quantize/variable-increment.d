/* The increment may be any expression. */
#pragma D option quiet

BEGIN
{
	x = 3;
	this->neg = -1;
	@a = quantize(x, x * x);
	@a = quantize(x * 2, (char)this->neg);
	@a = quantize(x * 4, (unsigned short)65535);
	exit(0);
}
