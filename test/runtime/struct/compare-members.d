#pragma D option quiet

struct s { unsigned char u; char c; } v;

BEGIN
{
	v.u = 200; v.c = 200;
	printf("%d %d %d\n", v.u == v.c, v.u > v.c, v.u + v.c);
	exit(0);
}

BEGIN
/v.u == 200 && v.c < 0/
{
	printf("skipped after exit\n");
}
