/* A program may define a type for itself that a library defines, too. */
/* @opts: -q */
typedef struct timespec {
	long tv_sec;
	long tv_nsec;
} timespec_t;

struct timeval {
	short mine;
};

timespec_t t;

BEGIN
{
	t.tv_sec = 5;
	printf("%d %d %d\n", t.tv_sec, sizeof (struct timespec), sizeof (struct timeval));
	printf("%d\n", curpsinfo->pr_nlwp > 0 && curpsinfo->pr_start.tv_sec > 0);
	exit(0);
}
