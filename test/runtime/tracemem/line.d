/* @filter: s/^  [0-9]+ /CPU / */
struct s { uint32_t v; };
struct s v;

BEGIN
{
	v.v = 0x41424344;
	trace(1);
	tracemem(&v, 4);
	trace(2);
	exit(0);
}
