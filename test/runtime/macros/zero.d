#pragma D option quiet
/* @args: unused */

BEGIN
{
	printf("%s\n", basename($$0));
	printf("%s\n", $$1);
	exit(0);
}
