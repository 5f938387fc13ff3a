/* A constant chooses between statements, and what it does not choose is not there: not the keys of its aggregation, nor what it would need to be permitted. */
/* @opts: -q */
inline int OPT_all = 0;
inline int OPT_count = 1;

BEGIN
{
	OPT_count && OPT_all ? @n[probemod, probename] = count() : 1;
	OPT_count && !OPT_all ? @n[probename] = count() : 1;
	OPT_all ? @nowhere = count() : 1;
	OPT_all ? system("echo no") : 1;
	OPT_count ? (OPT_all ? trace("no") : 1) : trace("no");
	exit(0);
}

END
{
	OPT_count && OPT_all ? printa("%s %s %@d\n", @n) : 1;
	OPT_count && !OPT_all ? printa("%s %@d\n", @n) : 1;
	OPT_all ? printa(@nowhere) : 1;
	OPT_all ? printf("no") : printf("yes\n");
}
