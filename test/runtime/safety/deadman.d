/* A consumer that is stopped for too long ends tracing; not with destructive actions permitted. */
/* @needs: timer */
/* @run: sh ./deadman.sh */
int n;
tick-500ms { printf("%d\n", ++n); }
tick-500ms
/n >= 10/
{
	exit(0);
}
