/* @opts: -q */
/* A kernel that keeps the addresses of its data to itself still tells its clock. */
int before;
BEGIN
{
	before = `jiffies;
	printf("%d %d %d\n", sizeof (`jiffies), `jiffies > 0, `jiffies_64 >= `jiffies);
}

tick-100ms
{
	printf("%d\n", (int)`jiffies - before > 0);
	exit(0);
}
