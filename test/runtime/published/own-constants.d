/* Programs that define a constant that a library has been given since, as the toolkit's statsnoop does: theirs holds. */
/* @run: $DTRACE -qs $TEST; $DTRACE -q -n 'inline int AT_FDCWD = 1; inline int AT_FDCWD = 2; BEGIN { }' 2>&1 | head -1; $DTRACE -qn 'BEGIN { trace(AT_FDCWD); exit(0); }' */
inline uint_t AT_FDCWD = 0xffd19553;
inline int O_CREAT = 3;

BEGIN
{
	printf("%x %d\n", AT_FDCWD, O_CREAT);
	exit(0);
}
