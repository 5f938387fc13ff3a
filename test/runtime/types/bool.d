#pragma D option quiet

_Bool b;
struct { _Bool x; } s;

BEGIN
{
	b = 5;
	s.x = 256;
	printf("%d %d %d\n", b, s.x, sizeof (_Bool));
	b = b - 1;
	printf("%d\n", b);
	b = 0x100000000;
	printf("%d\n", b);
	exit(0);
}
