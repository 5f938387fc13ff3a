/* @run: for m in a c s t; do $DTRACE -X$m -C -q -s $TEST; done */
BEGIN
{
#ifdef __STDC__
	printf("%d\n", __STDC__);
#else
	printf("not defined\n");
#endif
	exit(0);
}
