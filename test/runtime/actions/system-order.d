/* What was traced before a command is written before it runs. */
/* @opts: -qw */
BEGIN
{
	printf("before\n");
	system("echo during %d", 42);
	printf("after\n");
	system("echo %s %c %x", "text", 'c', 255);
	exit(0);
}
