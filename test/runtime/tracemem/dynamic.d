/* No more than the third argument says is shown; more than is there, or 0, shows all. */
/* @opts: -q */
struct s { uint64_t v; };
struct s v;

BEGIN
{
	v.v = 0x4847464544434241;
	n = 3;
	tracemem(&v, 8, n);
	tracemem(&v, 8, 100);
	tracemem(&v, 8, 8);
	exit(0);
}
