/* A provider's probes may be declared. */
#pragma D option quiet

provider foo {
	probe bar(int a, char *b);
	probe baz(int x) : (long x);
	probe none();
};

BEGIN
{
	exit(0);
}
