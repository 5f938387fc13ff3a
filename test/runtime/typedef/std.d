/* The types that every program finds declared. */
#pragma D option quiet

BEGIN
{
	printf("%d %d %d %d %d\n", sizeof (size_t), sizeof (ssize_t), sizeof (pid_t),
	    sizeof (uid_t), sizeof (gid_t));
	printf("%d %d %d %d\n", sizeof (uintptr_t), sizeof (intptr_t), sizeof (ushort_t), sizeof (uchar_t));
	printf("%d %d %d\n", sizeof (uint_t), sizeof (ulong_t), sizeof (hrtime_t));
	exit(0);
}
