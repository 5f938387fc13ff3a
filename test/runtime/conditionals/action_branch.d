/* cond ? action : 1; is a statement: programs written before there was if choose their columns so. */
/* @opts: -q */
/* @exit: 7 */
inline int OPT_pid = 1;
inline int OPT_time = 0;
inline string NAME = "x";

BEGIN
{
	OPT_time ? printf("%-8s ", "TIME") : 1;
	OPT_pid ? printf("%5s ", "PID") : 1;
	printf("CMD\n");
	n = 3;
}

BEGIN
{
	OPT_time ? printf("%-8d ", timestamp) : 1;
	OPT_pid && n == 3 ? printf("%5d ", n) : 1;
	n == 4 ? 1 : printf("%s\n", NAME);
	(n > 2 ? (n++, 0) : 1) ? trace("not this") : n++;
	n == 5 ? @a[n, "five"] = count() : 1;
	n == 4 ? @a[n, "four"] = count() : 1;
	n == 4 ? ustack() : 1;
	n == 5 ? printa("%d %s %@d\n", @a) : 1;
	trace(n);
	n == 5 ? exit(7) : 1;
}
