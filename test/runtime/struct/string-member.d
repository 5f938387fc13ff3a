#pragma D option quiet

struct s { int n; string name; };
struct s v;

BEGIN
{
	v.n = 1;
	v.name = "first";
	printf("%d %s\n", v.n, v.name);
	w = v.name;
	v.name = "second";
	printf("%s %s\n", w, v.name);
	exit(0);
}
