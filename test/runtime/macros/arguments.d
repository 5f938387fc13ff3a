/* @args: 5 hello 'quoted text' 0x10 -- -7 */
#pragma D option quiet

BEGIN
{
	printf("%d %s %s %d %d\n", $1, $$2, $$3, $4, $5);
	printf("%s %s\n", $$1, $$5);
	printf("%d\n", $1 + $4);
	exit(0);
}
