/* The value is converted to the declared type. */
#pragma D option quiet

inline char c = 300;
inline unsigned short us = -1;
inline uint64_t u = -1;

BEGIN
{
	printf("%d %d %u\n", c, us, u);
	printf("%d %d %d\n", sizeof (c), sizeof (us), sizeof (u));
	exit(0);
}
