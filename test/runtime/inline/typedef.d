#pragma D option quiet

typedef unsigned char byte_t;
typedef byte_t *byte_p;
inline byte_t b = 258;
inline byte_p p = (byte_p)0x10;
inline byte_t add[byte_t x, byte_t y] = x + y;

BEGIN
{
	printf("%d %p %d %d\n", b, p, add[200, 100], sizeof (b));
	exit(0);
}
