/* @opts: -q */
struct s { uint32_t a; uint32_t b; char text[24]; };
struct s v;

BEGIN
{
	v.a = 0x44434241;
	v.b = 0xdeadbeef;
	v.text[0] = 't';
	tracemem(&v, 32);
	tracemem(&v, 4);
	exit(0);
}
