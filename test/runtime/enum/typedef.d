#pragma D option quiet

typedef enum { NO, YES } bool_e;
typedef enum dir { UP = 10, DOWN = 20 } dir_t;
bool_e b;
dir_t d;
enum dir e;

BEGIN
{
	b = YES;
	d = DOWN;
	e = d;
	printf("%d %d %d %d\n", b, d, e, (int)UP);
	printf("%d\n", (dir_t)10 == UP);
	exit(0);
}
