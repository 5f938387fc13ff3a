/* @opts: -q -x version=1.5 */
/* A name that is too new may be given to something else. */
#pragma D binding "1.5" answer
inline int answer = 42;

BEGIN
{
	printf("%d\n", answer);
	vmregs = 3;	/* of 1.7 */
	printf("%d\n", vmregs);
	exit(0);
}
