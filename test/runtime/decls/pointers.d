#pragma D option quiet

int *p, **pp, ***ppp;
int (*pa)[5];
int *ap[5];
void (*fp)(int);
int (*(*fpp)(void))(int);
int (*fa[3])(int, int);
struct s *sp;
const char *const *ccpp;

BEGIN
{
	printf("%d %d %d %d %d %d %d %d\n", sizeof (p), sizeof (ppp), sizeof (pa), sizeof (ap),
	    sizeof (fp), sizeof (fpp), sizeof (fa), sizeof (*pa));
	exit(0);
}
