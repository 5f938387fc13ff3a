/* A stack begins on a line of its own. */
/* @opts: -xstackframes=1 */
/* @filter: s/^ +[a-z_0-9A-Z`.+]+$/FRAME/ */
/* @filter: s/^  [0-9] +[0-9]+ +:tick-10ms/CPU ID :tick-10ms/ */
tick-10ms
{
	stack();
	trace("after");
	exit(0);
}
