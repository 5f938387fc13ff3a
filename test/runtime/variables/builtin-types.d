#pragma D option quiet

BEGIN
{
	printf("%d %d %d %d\n", sizeof (pid), sizeof (tid), sizeof (uid), sizeof (gid));
	printf("%d %d %d %d\n", sizeof (cpu), sizeof (arg0), sizeof (id), sizeof (epid));
	printf("%d %d %d\n", sizeof (errno), sizeof (timestamp), sizeof (curthread));
	printf("%d %d\n", sizeof (execname), sizeof (stackdepth));
	exit(0);
}
