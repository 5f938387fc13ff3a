#pragma D option quiet

struct in { int a; };
struct out { int x; };

translator struct out < struct in *p > {
};

BEGIN
{
	printf("declared\n");
	exit(0);
}
