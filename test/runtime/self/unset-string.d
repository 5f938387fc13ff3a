/* A string of a thread that was never set is NULL, and to print it is a fault. */
#pragma D option quiet

self string s;

BEGIN
{
	printf("[%s]\n", self->s);
}

BEGIN { exit(0); }
ERROR { printf("%d\n", arg4); }
