/* Leaves no record; a chill of more than half a second is refused. */
/* @opts: -qw */
BEGIN
{
	t = timestamp;
	chill(1000000);
}

BEGIN
{
	printf("%s\n", timestamp - t >= 1000000 ? "waited" : "did not wait");
	chill(1000000000);
}

ERROR
{
	printf("fault %d in action %d\n", arg4, arg2);
	exit(0);
}
