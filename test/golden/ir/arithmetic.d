/* Promotion, signedness, widths; constants folded; division that may fault. */
int i;
unsigned char c;
int64_t wide;

BEGIN
{
	i = c + 1;
	c = i * 3;
	wide = (short)i / (c | 1);
	trace(-(2 + 3) << 4);
	trace(i >> 2);
}
