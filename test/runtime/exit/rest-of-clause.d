/* The clause that exits runs to its end, no further one does, and END follows. */
/* @opts: -q */
/* @exit: 2 */
BEGIN
{
	printf("before\n");
	exit(2);
	printf("after\n");
	x = 5;
}

BEGIN { printf("not reached\n"); x = 6; }
END { printf("end x=%d\n", x); }
