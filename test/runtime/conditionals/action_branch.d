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
	OPT_time ? printf("%s %s ", "A", "B") : printf("%s ", "WHO");
	!OPT_pid ? trace("no") : printf("AND ");
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
	n == 4 ? printf("four ") : n == 5 ? printf("five ") : 1;
	n > 4 ? (n > 5 ? printf("more ") : 1) : 1;
	n > 4 ? this->x = n * 2 : 1;
	(n > 4) ? (this->y = 7) : (this->y = 8);
	printf("%d %d ", this->x, this->y);
	trace(n);
	n == 5 ? exit(7) : 1;
}
