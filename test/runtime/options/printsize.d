/* @opts: -q -x printsize=8 */
/* Of a longer value print() shows the beginning; scalars and strings are whole. */
struct s { int a, b, c; char d[8]; } g;
BEGIN
{
	g.b = 2;
	print(g);
	print(g.c);
	print("abcdefghijklmnop");
	exit(0);
}
