#pragma D option quiet

struct s { int a; struct s *next; };
struct s *list[int];

BEGIN
{
	list[1] = (struct s *)alloca(sizeof (struct s));
	list[1]->a = 5;
	list[2] = (struct s *)alloca(sizeof (struct s));
	list[2]->a = 6;
	list[2]->next = list[1];
	list[1]->next = NULL;
	printf("%d %d %d\n", list[2]->a, list[2]->next->a, list[2]->next->next == NULL);
	list[2]->next->a++;
	printf("%d\n", list[1]->a);
	exit(0);
}
