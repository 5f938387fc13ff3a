#pragma D option quiet

enum color { RED, GREEN = 5, BLUE, BLACK = -2, WHITE };
enum color c;
struct s { enum color c; } s;

BEGIN
{
	printf("%d %d %d %d %d\n", RED, GREEN, BLUE, BLACK, WHITE);
	c = BLUE;
	s.c = c;
	printf("%d %d %d\n", c, s.c == BLUE, sizeof (c));
	printf("%d %d\n", GREEN + 1 == BLUE, GREEN | 8);
	c = 77;
	printf("%d\n", c);
	c++;
	printf("%d\n", c);
	x = GREEN;
	printf("%d\n", x);
	exit(0);
}
