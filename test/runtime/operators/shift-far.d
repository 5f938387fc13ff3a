/* Shifts by more than a type has bits: of constants as of variables. */
/* @opts: -q */
BEGIN
{
	far = 40;
	one = 1;
	minus = -1;
	all = 4294967295u;
	printf("%d %d %d %d\n", 1 << 40, -1 << 40, -1 >> 40, 4294967295u >> 40);
	printf("%d %d %d %d\n", one << far, minus << far, minus >> far, all >> far);
	printf("%d %d\n", 1LL << 40, 1LL << far);
	exit(0);
}
