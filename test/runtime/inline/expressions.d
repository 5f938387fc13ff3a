/* An inline is evaluated anew at each use. */
#pragma D option quiet

int x;
inline int twice = x * 2;
inline int is_begin = probename == "BEGIN";

BEGIN
{
	x = 3;
	printf("%d ", twice);
	x = 10;
	printf("%d %d\n", twice, is_begin);
	exit(0);
}
