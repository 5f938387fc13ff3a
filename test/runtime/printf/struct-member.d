/* @opts: -q */
struct s { char name[16]; short id; unsigned char flags; };
struct s v;

BEGIN
{
	v.name[0] = 'o';
	v.name[1] = 'k';
	v.id = -3;
	v.flags = 250;
	printf("%s %d %d [%5s]\n", v.name, v.id, v.flags, v.name);
	exit(0);
}
